/** What must hold between settings before anything is started. */
import { brokenTimingRelations } from "@tocsin/engine/cluster";

import { type FlagValues, SettingProblem } from "./build-options.ts";
import { FEATURES } from "./features.ts";
import type { Options } from "./options.ts";
import { FLAGS } from "./table.ts";

/** A start that Alertmanager refuses with a log line: its message and the text of its field `err`, if it has one. */
export interface Refusal {
  readonly message: string;
  readonly problem?: string;
}

/** Flag and name in the error text, in the order in which upstream looks (app/options.go). */
const POSITIVE = [
  ["data.retention", "Retention"],
  ["data.maintenance-interval", "MaintenanceInterval"],
  ["alerts.gc-interval", "AlertGCInterval"],
  ["dispatch.maintenance-interval", "DispatchMaintenanceInterval"],
] as const;

const POSITIVE_IN_CLUSTER = [
  ["cluster.peer-timeout", "PeerTimeout"],
  ["cluster.peers-resolve-timeout", "PeersResolveTimeout"],
  ["cluster.gossip-interval", "GossipInterval"],
  ["cluster.pushpull-interval", "PushPullInterval"],
  ["cluster.tcp-timeout", "TCPTimeout"],
  ["cluster.probe-timeout", "ProbeTimeout"],
  ["cluster.probe-interval", "ProbeInterval"],
  ["cluster.reconnect-interval", "ReconnectInterval"],
  ["cluster.reconnect-timeout", "PeerReconnectTimeout"],
] as const;

/** The checks of Alertmanager 0.34, with its words; undefined when all hold. */
export function checkAsUpstream(options: Options, flags: FlagValues): Refusal | undefined {
  const feature = featureProblem(options.features);
  if (feature !== undefined) {
    return { message: "error parsing the feature flag list", problem: feature };
  }
  if (options.features.has("auto-gomemlimit") && !isRatio(flags.number(RATIO))) {
    return { message: `--${RATIO} must be greater than 0 and less than or equal to 1.` };
  }
  const problem = optionProblem(options, flags);
  if (problem === undefined) return undefined;
  return {
    message: "alertmanager exited with error",
    problem: `alertmanager/app: Options.${problem}`,
  };
}

const RATIO = "auto-gomemlimit.ratio";

function isRatio(value: number): boolean {
  // What is no number is let through, as upstream: nothing comes of it.
  return !(value <= 0 || value > 1);
}

function featureProblem(features: Options["features"]): string | undefined {
  for (const feature of features) {
    if (!Object.hasOwn(FEATURES, feature))
      return `unknown option '${feature}' for --enable-feature`;
  }
  return features.has("classic-mode") && features.has("utf8-strict-mode")
    ? "cannot have both classic and UTF-8 modes enabled"
    : undefined;
}

function optionProblem(options: Options, flags: FlagValues): string | undefined {
  if (options.config.filePath === undefined && !options.tenancy.isEnabled) {
    return "ConfigFile is required";
  }
  if (options.storage.folderPath === "") return "DataDir is required";
  for (const [flag, name] of POSITIVE) {
    if (flags.number(flag) <= 0) return `${name} must be positive`;
  }
  if (options.web.listenAddresses.length === 0 && !options.web.takesSystemdSockets) {
    return "WebConfig must contain at least one listen address (or enable WebSystemdSocket)";
  }
  if (options.cluster.listenAddress === undefined) return undefined;
  for (const [flag, name] of POSITIVE_IN_CLUSTER) {
    if (flags.number(flag) <= 0) return `${name} must be positive when clustering is enabled`;
  }
  return undefined;
}

/** Throws `SettingProblem` for what this version cannot do and for durations that do not fit together. */
export function checkOwn(options: Options, flags: FlagValues): void {
  for (const spec of FLAGS.values()) {
    if (spec.effect !== "refused" || !isSet(spec.name, flags)) continue;
    // Nobody is looked for where gossip is off.
    if (spec.name === "cluster.peer" && flags.text("cluster.listen-address") === "") continue;
    const why =
      spec.name === "cluster.peer" && options.tenancy.isEnabled
        ? "with --tenancy.enabled the instances find one another through --ring.store"
        : spec.help.replace(/\.$/, "");
    throw new SettingProblem(`cannot use --${spec.name}: ${why}`);
  }
  if (options.ring.store.kind !== "memory" && !options.tenancy.isEnabled) {
    throw new SettingProblem(
      "cannot use --ring.store without --tenancy.enabled: add --tenancy.enabled, and " +
        "--tenancy.default=NAME if requests name no tenant",
    );
  }
  if (options.tenancy.defaultTenant !== undefined && !options.tenancy.isEnabled) {
    throw new SettingProblem("cannot use --tenancy.default without --tenancy.enabled");
  }
  const broken = brokenTimingRelations(options.timings);
  if (broken.length > 0)
    throw new SettingProblem(`cannot start with these times: ${broken.join("; ")}`);
}

function isSet(name: string, flags: FlagValues): boolean {
  if (!flags.isGiven(name)) return false;
  switch (FLAGS.get(name)?.kind) {
    case "switch":
      return flags.switch(name);
    case "list":
      return flags.texts(name).length > 0;
    default:
      return flags.text(name) !== "";
  }
}

/** Settings that are allowed but most likely not meant; each a sentence for the log. */
export function warningsOf(options: Options): readonly string[] {
  if (options.ring.store.kind === "memory" || options.state.store.kind !== "file") return [];
  return [
    "The state store is a folder: other instances reach its snapshots only if they share it; " +
      "set --state.store=s3://bucket/prefix",
  ];
}
