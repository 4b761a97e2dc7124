import type { FlagFamily } from "./flag.ts";

const POSITIVE = "Must be positive when gossip is on.";

/** The flags of Alertmanager 0.34, with its names and defaults. */
export const UPSTREAM_FAMILIES: readonly FlagFamily[] = [
  {
    title: "Configuration and storage",
    isUpstream: true,
    about: "What to notify, and where to keep what must survive a restart.",
    flags: [
      {
        name: "config.file",
        kind: "text",
        preset: "alertmanager.yml",
        help:
          "The Alertmanager configuration. With --tenancy.enabled the default is empty, and a " +
          "file given is the fallback for tenants that have no configuration of their own.",
      },
      {
        name: "storage.path",
        kind: "text",
        preset: "data/",
        help: "The folder for silences, the notification log and everything else kept on disk.",
      },
      {
        name: "data.retention",
        kind: "duration",
        preset: "120h",
        help: "How long expired silences and entries of the notification log are kept.",
      },
      {
        name: "data.maintenance-interval",
        kind: "duration",
        preset: "15m",
        help:
          "How often silences and the notification log are cleaned up, at least once a minute, and written " +
          "to the files of an Alertmanager. The journal does not wait for it.",
      },
      {
        name: "silences.max-silences",
        kind: "count",
        preset: "0",
        help: "The most silences that may exist, expired ones included. 0: no limit.",
      },
      {
        name: "silences.max-silence-size-bytes",
        kind: "count",
        preset: "0",
        help: "The largest size of one silence. 0: no limit.",
      },
      {
        name: "alerts.gc-interval",
        kind: "duration",
        preset: "30m",
        help: "How often resolved alerts are dropped from memory; at least once a minute.",
      },
      {
        name: "alerts.per-alertname-limit",
        kind: "count",
        preset: "0",
        help: "The most alerts of one name that are kept. 0: no limit.",
      },
      {
        name: "dispatch.maintenance-interval",
        kind: "duration",
        preset: "30s",
        help: "How often empty groups are dropped. Here they are dropped at once: it changes nothing.",
        effect: "none",
      },
      {
        name: "dispatch.start-delay",
        kind: "duration",
        preset: "0s",
        help: "How long after the start groups only collect alerts and send nothing.",
      },
      {
        name: "enable-feature",
        kind: "text",
        preset: "",
        placeholder: "FEATURE,…",
        help:
          "Features to turn on, separated by commas: alert-names-in-metrics, " +
          "receiver-name-in-metrics, group-key-in-metrics, classic-mode, utf8-strict-mode, " +
          "auto-gomemlimit, event-recorder.",
      },
      {
        name: "auto-gomemlimit.ratio",
        kind: "number",
        preset: "0.9",
        help: "Concerns the memory limit of Go programs; above 0 and at most 1, changes nothing else.",
        effect: "none",
      },
    ],
  },
  {
    title: "Web",
    isUpstream: true,
    about: "The address of the API, the metrics and the probes.",
    flags: [
      {
        name: "web.listen-address",
        kind: "list",
        preset: ":9093",
        help: "Where to serve HTTP, as host:port. Port 0 takes a free one. Repeatable.",
      },
      {
        name: "web.external-url",
        kind: "text",
        preset: "",
        placeholder: "URL",
        help:
          "The URL under which people reach this program; links in notifications start with it. " +
          "By default the host name and the first port.",
      },
      {
        name: "web.route-prefix",
        kind: "text",
        preset: "",
        placeholder: "PATH",
        help: "What every path starts with. By default the path of --web.external-url.",
      },
      {
        name: "web.get-concurrency",
        kind: "count",
        preset: "0",
        help: "The most GET requests that are worked on at once. 0: eight.",
      },
      {
        name: "web.timeout",
        kind: "duration",
        preset: "0",
        help: "How long a request may take before it is answered with 503. 0: no limit.",
      },
      {
        name: "web.config.file",
        kind: "text",
        preset: "",
        placeholder: "FILE",
        help:
          "A file with TLS, client certificates, basic authentication and headers of the web port, " +
          "read anew for every connection and request.",
      },
      {
        name: "web.systemd-socket",
        kind: "switch",
        preset: "false",
        help: "Listens on the sockets that systemd hands over, and not on --web.listen-address.",
      },
    ],
  },
  {
    title: "Logging",
    isUpstream: true,
    about: "Log lines go to standard error.",
    flags: [
      {
        name: "log.level",
        kind: "choice",
        preset: "info",
        choices: ["debug", "info", "warn", "error"],
        isAnyCase: true,
        help: "The least important lines that are shown.",
      },
      {
        name: "log.format",
        kind: "choice",
        preset: "logfmt",
        choices: ["logfmt", "json"],
        help: "How a line is written.",
      },
      {
        name: "log.silences",
        kind: "switch",
        preset: "false",
        help: "Writes a line for every silence that is created, changed or expired.",
      },
    ],
  },
  {
    title: "Gossip",
    isUpstream: true,
    about:
      "Gossip between equals is not in this version: the program runs as a cluster of one, and " +
      "the timings below are read and checked but change nothing. With --tenancy.enabled gossip is off.",
    flags: [
      {
        name: "cluster.listen-address",
        kind: "text",
        preset: "0.0.0.0:9094",
        help: "Empty: no cluster in the status page. Nothing listens there yet.",
      },
      {
        name: "cluster.advertise-address",
        kind: "text",
        preset: "",
        placeholder: "HOST:PORT",
        help: "The address in the status page. By default that of --cluster.listen-address.",
      },
      {
        name: "cluster.peer-name",
        kind: "text",
        preset: "",
        placeholder: "NAME",
        help: "The name in the status page. By default a random one.",
      },
      {
        name: "cluster.peer",
        kind: "list",
        preset: "",
        placeholder: "HOST:PORT",
        help: "Not possible yet: several instances work together with --tenancy.enabled and --ring.store.",
        effect: "refused",
      },
      ...(
        [
          ["peer-timeout", "15s", "How long each peer waits for those before it."],
          ["peers-resolve-timeout", "15s", "How long looking up the peers' names may take."],
          ["gossip-interval", "200ms", "How often messages are passed on."],
          ["pushpull-interval", "1m0s", "How often full states are exchanged."],
          ["tcp-timeout", "10s", "How long a connection may take."],
          ["probe-timeout", "500ms", "How long a probed peer may stay silent."],
          ["probe-interval", "1s", "How often a peer is probed."],
          ["reconnect-interval", "10s", "How often a lost peer is tried again."],
          ["reconnect-timeout", "6h0m0s", "After which time a lost peer is given up."],
        ] as const
      ).map(([name, preset, help]) => ({
        name: `cluster.${name}`,
        kind: "duration" as const,
        preset,
        help: `${help} ${POSITIVE}`,
        effect: "none" as const,
      })),
      {
        name: "cluster.settle-timeout",
        kind: "duration",
        preset: "1m0s",
        help: "How long to wait for peers before the first notification. A cluster of one does not wait.",
        effect: "none",
      },
      {
        name: "cluster.tls-config",
        kind: "text",
        preset: "",
        placeholder: "FILE",
        help: "How gossip is encrypted. The file must be there; nothing is gossiped.",
        effect: "none",
      },
      {
        name: "cluster.allow-insecure-public-advertise-address-discovery",
        kind: "switch",
        preset: "false",
        help: "Whether a public address may be told to peers.",
        effect: "none",
      },
      {
        name: "cluster.label",
        kind: "text",
        preset: "",
        placeholder: "LABEL",
        help: "Keeps clusters on one network apart.",
        effect: "none",
      },
    ],
  },
];
