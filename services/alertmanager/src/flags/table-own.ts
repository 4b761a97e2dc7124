import { DEFAULT_LIMITS } from "@tocsin/domain/template";

import type { FlagFamily } from "./flag.ts";

const HOUR_MS = 3_600_000;
const MILLISECONDS = { min: 1, max: 24 * HOUR_MS };

/** The flags that Alertmanager does not have. */
export const OWN_FAMILIES: readonly FlagFamily[] = [
  {
    title: "Settings",
    isUpstream: false,
    about:
      "Every flag can also be set in a YAML file and in the environment. A flag beats the " +
      "environment, the environment beats the file.",
    flags: [
      {
        name: "settings.file",
        kind: "text",
        preset: "",
        placeholder: "FILE",
        help: 'A YAML file of flags, nested by their dots: "ring: {store: …}" is --ring.store=….',
      },
    ],
  },
  {
    title: "Tenancy",
    isUpstream: false,
    about: "Many isolated Alertmanagers in one program, named by the header X-Scope-OrgID.",
    flags: [
      {
        name: "tenancy.enabled",
        kind: "switch",
        preset: "false",
        help: "Serves many tenants. Without it there is one, configured by --config.file.",
      },
      {
        name: "tenancy.default",
        kind: "text",
        preset: "",
        placeholder: "TENANT",
        help: "The tenant of requests that name none. Empty: they are answered with 401.",
      },
    ],
  },
  {
    title: "Ring",
    isUpstream: false,
    about: "Which instances there are, and which of them own a tenant.",
    flags: [
      {
        name: "ring.instance-id",
        kind: "text",
        preset: "",
        placeholder: "NAME",
        help: "The name of this instance, the same after a restart. By default the host name.",
      },
      {
        name: "ring.store",
        kind: "text",
        preset: "memory:",
        help:
          "Where the instances find one another: memory: for one instance, or " +
          "redis://[user:password@]host[:port][/database][?prefix=tocsin:] (rediss: with TLS).",
      },
      {
        name: "ring.replication-factor",
        kind: "count",
        preset: "3",
        range: { min: 1, max: 9 },
        help:
          "How many instances hold each tenant, the same for all instances. With 3, one may fail without " +
          "any loss.",
      },
      {
        name: "ring.heartbeat-interval",
        kind: "duration",
        preset: "1s",
        range: MILLISECONDS,
        help: "How often an instance shows in the ring store that it lives. At most 1s.",
      },
      {
        name: "ring.heartbeat-timeout",
        kind: "duration",
        preset: "30s",
        range: MILLISECONDS,
        help:
          "After which silence another instance takes a tenant over; a third of it while writes are " +
          "refused. At least ten times --ring.heartbeat-interval and longer than a restart takes.",
      },
      {
        name: "ring.catch-up-timeout",
        kind: "duration",
        preset: "30s",
        range: MILLISECONDS,
        help: "How long a new owner waits for the state of others before it reads snapshots.",
      },
    ],
  },
  {
    title: "RPC",
    isUpstream: false,
    about: "How instances speak to one another. Opened only with a ring store other than memory:.",
    flags: [
      {
        name: "rpc.listen-address",
        kind: "text",
        preset: ":9095",
        help: "Where other instances reach this one, as host:port.",
      },
      {
        name: "rpc.advertise-address",
        kind: "text",
        preset: "",
        placeholder: "HOST:PORT",
        help: "What others are told. By default the first private address, with the listening port.",
      },
      {
        name: "rpc.ping-interval",
        kind: "duration",
        preset: "500ms",
        range: MILLISECONDS,
        help: "How often instances ping each other.",
      },
      {
        name: "rpc.suspect-timeout",
        kind: "duration",
        preset: "2.5s",
        range: MILLISECONDS,
        help:
          "After which silence the next in line takes over a notification. At least five times " +
          "--rpc.ping-interval, below 3.5s.",
      },
      {
        name: "rpc.turn-grace",
        kind: "duration",
        preset: "1s",
        range: MILLISECONDS,
        help:
          "How long each position waits for those before it. More than --rpc.ping-interval and " +
          "than the clocks usually differ.",
      },
      {
        name: "rpc.minority-wait",
        kind: "duration",
        preset: "20s",
        range: MILLISECONDS,
        help:
          "How long an instance that is cut off holds its notifications back. More than twice " +
          "--rpc.suspect-timeout.",
      },
    ],
  },
  {
    title: "State",
    isUpstream: false,
    about: "Snapshots and tenant configurations, for the day when every instance is gone.",
    flags: [
      {
        name: "state.store",
        kind: "text",
        preset: "",
        placeholder: "file:PATH",
        help:
          "file:PATH, by default the folder of --storage.path, or " +
          "s3://bucket/prefix?endpoint=…&region=…&pathStyle=true, which several instances share.",
      },
      {
        name: "state.snapshot-interval",
        kind: "duration",
        preset: "60s",
        range: MILLISECONDS,
        help: "How often changed state is written: what is lost at most if all disks go at once.",
      },
    ],
  },
  {
    title: "Limits and operation",
    isUpstream: false,
    about: "Bounds that hold for every tenant or for single ones, and the page for operators.",
    flags: [
      {
        name: "limits.max-body-bytes",
        kind: "bytes",
        preset: "16MiB",
        range: { min: 1, max: 1024 ** 3 },
        help: "The largest body of alerts that is read; larger ones are answered with 413.",
      },
      {
        name: "limits.max-item-bytes",
        kind: "bytes",
        preset: "256KiB",
        range: { min: 1024, max: 1024 ** 3 },
        help:
          "The largest alert or silence of a request, as it is sent. A larger alert is refused alone, " +
          "with its place.",
      },
      {
        name: "limits.max-item-fields",
        kind: "count",
        preset: "1000",
        range: { min: 20, max: 1_000_000 },
        help: "The most labels, annotations and other fields together that one alert may have.",
      },
      {
        name: "limits.max-label-chars",
        kind: "count",
        preset: "8192",
        range: { min: 64, max: 1024 ** 2 },
        help:
          "The longest value that a label of an alert may have: every silence and route may have to match " +
          "it.",
      },
      {
        name: "limits.max-config-bytes",
        kind: "bytes",
        preset: "512KiB",
        range: { min: 1024, max: 1024 ** 3 },
        help:
          "The largest configuration that a tenant may set. More than 16 KiB are read in a thread of " +
          "their own.",
      },
      {
        name: "limits.max-config-nodes",
        kind: "count",
        preset: "50000",
        range: { min: 100, max: 10_000_000 },
        help:
          "How many values, keys, lists and mappings a tenant's configuration may have: 1,000 routes have " +
          "some 20,000.",
      },
      {
        name: "limits.max-config-regex-steps",
        kind: "count",
        preset: "40000",
        range: { min: 100, max: 10_000_000 },
        help:
          "What the regular expressions of a tenant's configuration may cost together, in steps of some " +
          "10 µs when they are read. A character or a class is one, a{100} a hundred, behind something of " +
          "variable length twenty times as much; names with bars " +
          "between and those with .* at an end are free.",
      },
      {
        name: "limits.max-template-steps",
        kind: "count",
        preset: String(DEFAULT_LIMITS.stepsMax),
        range: { min: 1_000, max: 100_000_000 },
        isPerTenant: true,
        help:
          "What one rendering of a template may cost, in steps of some 0.1 µs; all texts of one " +
          "notification together may cost four times that.",
      },
      {
        name: "limits.max-template-depth",
        kind: "count",
        preset: String(DEFAULT_LIMITS.depthMax),
        range: { min: 10, max: 2_000 },
        isPerTenant: true,
        help: "How many templates may call one another, one inside the other.",
      },
      {
        name: "limits.max-template-output-chars",
        kind: "count",
        preset: String(DEFAULT_LIMITS.outputMaxChars),
        range: { min: 1_000, max: 100_000_000 },
        isPerTenant: true,
        help: "The longest text that a template may make, also on the way to its result.",
      },
      {
        name: "limits.max-template-file-bytes",
        kind: "bytes",
        preset: "64KiB",
        range: { min: 1024, max: 64 * 1024 ** 2 },
        help: "The most that the template files of one tenant's configuration may have together.",
      },
      {
        name: "limits.overrides-file",
        kind: "text",
        preset: "",
        placeholder: "FILE",
        help:
          "A YAML file with limits of single tenants, read anew at each reload: below overrides the " +
          "tenants, below each the limits of templates above without their family, such as " +
          "max-template-steps: 200000.",
      },
      {
        name: "receivers.firewall-block-private-addresses",
        kind: "switch",
        preset: "false",
        help:
          "Keeps notifications from this host, private networks and all else that is not an address of the " +
          "internet. Recommended where tenants write their configurations themselves.",
      },
      {
        name: "receivers.firewall-block-cidr-networks",
        kind: "list",
        preset: "",
        placeholder: "NETWORK",
        help: "Keeps notifications from this network, such as 10.0.0.0/8. Repeatable.",
      },
      {
        name: "admin.listen-address",
        kind: "text",
        preset: "",
        placeholder: "HOST:PORT",
        help: "Where operators see the ring, tenants and memory. Empty: not served. Never public.",
      },
    ],
  },
];
