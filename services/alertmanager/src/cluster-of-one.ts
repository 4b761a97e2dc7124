import { parseYaml } from "@tocsin/domain/config/yaml";
import type { ClusterStatus } from "@tocsin/http-api";
import { AppError, fraction, type MetricRegistry, type Random } from "@tocsin/foundation";
import { wordsOf } from "./config-fault.ts";
import { readText } from "./named-files.ts";
import { parseListenAddress, type Options } from "./flags/index.ts";
import { firstPrivateAddress } from "./peers.ts";

/** Crockford's digits, of which upstream's random names are made. */
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_DIGITS = 10;
const RANDOM_DIGITS = 16;
/** The ports that systems give to whoever wants any. */
const PORT_MIN = 49_152;
const PORT_COUNT = 16_384;

/**
 * What `--cluster.listen-address` promises while there is no gossip: a cluster with this process as its
 * only member, in the status and in the metrics. Nothing listens. Throws, in upstream's words, what could
 * not be gossiped with.
 */
export function clusterOfOne(
  deps: { readonly random: Random; readonly metrics: MetricRegistry; readonly nowMs: number },
  options: Options["cluster"],
): ClusterStatus {
  const { listenAddress, peerName, tlsConfigPath } = options;
  checkTls(tlsConfigPath);
  const { metrics } = deps;
  const enabled = metrics.gauge(
    "alertmanager_cluster_enabled",
    "Indicates whether the clustering is enabled or not.",
  );
  if (listenAddress === undefined) return { status: "disabled", name: "", peers: [] };
  const address = addressOf(listenAddress, options, deps.random);
  enabled.with().set(1);
  const name = peerName ?? randomName(deps);
  countMembers(metrics, name);
  countMessages(metrics);
  return { status: "ready", name, peers: [{ name, address }] };
}

/** Port 0 stands for any free one; it is drawn, as it is of no use to anybody. */
function addressOf(listenAddress: string, options: Options["cluster"], random: Random): string {
  const { advertiseAddress } = options;
  const { host, port } = readAddress("listen", listenAddress);
  if (advertiseAddress !== undefined) readAddress("advertise", advertiseAddress);
  const isAny = ["", "0.0.0.0", "::"].includes(host);
  const shown = port === 0 ? PORT_MIN + Math.floor(fraction(random) * PORT_COUNT) : port;
  return advertiseAddress ?? `${isAny ? firstPrivateAddress() : host}:${shown}`;
}

/** Its parts need not be right, as nothing is gossiped; but they must be there. */
function checkTls(path: string | undefined): void {
  if (path === undefined) return;
  try {
    const problem = tlsProblemIn(readText(path));
    if (problem !== undefined) throw new AppError("invalid-argument", problem);
  } catch (thrown) {
    const what = "unable to initialize TLS transport configuration for gossip mesh";
    throw new AppError("invalid-argument", `${what}: ${wordsOf(thrown)}`, { cause: thrown });
  }
}

const TLS_PARTS = ["tls_server_config", "tls_client_config"];

function tlsProblemIn(text: string): string | undefined {
  const parsed = parseYaml(text);
  const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length;
  if (!parsed.ok) return `yaml: line ${lineOf(parsed.offset)}: ${parsed.reason}`;
  const { root } = parsed;
  if (root !== undefined && root.kind !== "mapping") {
    return `yaml: line ${lineOf(root.offset)}: a mapping is wanted`;
  }
  const isNull = new Map<string, boolean>();
  const unknown: string[] = [];
  for (const [at, key] of (root?.children ?? []).entries()) {
    if (at % 2 === 1) continue;
    const name = key.kind === "scalar" ? key.value : "";
    const value = root?.children[at + 1];
    isNull.set(name, value?.kind === "scalar" && /^(|~|null)$/i.test(value.value));
    if (TLS_PARTS.includes(name)) continue;
    const field = `field ${name} not found in type cluster.TLSTransportConfig`;
    unknown.push(`  line ${lineOf(key.offset)}: ${field}`);
  }
  if (unknown.length > 0) return `yaml: unmarshal errors:\n${unknown.join("\n")}`;
  const isMissing = (part: string): boolean => isNull.get(part) ?? part === "tls_server_config";
  const missing = TLS_PARTS.find(isMissing);
  return missing && `missing '${missing}' entry in the TLS configuration`;
}

function readAddress(which: string, text: string): { host: string; port: number } {
  const parsed = parseListenAddress(text);
  if (parsed.ok) return parsed.address;
  const what = `unable to initialize gossip mesh: invalid ${which} address`;
  throw new AppError("invalid-argument", `${what}: ${parsed.problem}`);
}

function countMembers(metrics: MetricRegistry, name: string): void {
  const gauge = (part: string, help: string): void => {
    metrics.gauge(`alertmanager_${part}`, help);
  };
  const counter = (part: string, help: string): void => {
    metrics.counter(`alertmanager_cluster_${part}_total`, help);
  };
  const joinedHelp = "A counter of the number of peers that have joined.";
  metrics.counter("alertmanager_cluster_peers_joined_total", joinedHelp).with().set(1);
  const membersHelp = "Number indicating current number of members in cluster.";
  metrics.gauge("alertmanager_cluster_members", membersHelp).with().set(1);
  const infoHelp = "A metric with a constant '1' value labeled by peer name.";
  metrics.gauge("alertmanager_cluster_peer_info", infoHelp, ["peer"]).with(name).set(1);
  const aliveHelp = "Total number of received alive messages.";
  // Its own, with which it began.
  metrics
    .counter("alertmanager_cluster_alive_messages_total", aliveHelp, ["peer"])
    .with(name)
    .set(1);
  gauge(
    "peer_position",
    "Position the Alertmanager instance believes it's in. The position determines a peer's behavior in the cluster.",
  );
  gauge(
    "cluster_failed_peers",
    "Number indicating the current number of failed peers in the cluster.",
  );
  gauge(
    "cluster_health_score",
    "Health score of the cluster. Lower values are better and zero means 'totally healthy'.",
  );
  counter("peers_left", "A counter of the number of peers that have left.");
  counter("peers_update", "A counter of the number of peers that have updated metadata.");
  counter(
    "peer_name_conflicts",
    "Total number of times memberlist has noticed conflicting peer names",
  );
  counter("reconnections", "A counter of the number of cluster peer reconnections.");
  counter(
    "reconnections_failed",
    "A counter of the number of failed cluster peer reconnection attempts.",
  );
  counter("refresh_join", "A counter of the number of cluster peer joined via refresh.");
  counter(
    "refresh_join_failed",
    "A counter of the number of failed cluster peer joined attempts via refresh.",
  );
}

/** A cluster of one has nobody to send to: all of these stay 0. */
function countMessages(metrics: MetricRegistry): void {
  const prefix = "alertmanager_cluster_messages";
  metrics.counter(`${prefix}_pruned_total`, "Total number of cluster messages pruned.");
  metrics.gauge(`${prefix}_queued`, "Number of cluster messages which are queued.");
  for (const way of ["received", "sent"]) {
    for (const [what, help] of [
      ["", `Total number of cluster messages ${way}.`],
      ["_size", `Total size of cluster messages ${way}.`],
    ] as const) {
      const family = metrics.counter(`${prefix}_${way}${what}_total`, help, ["msg_type"]);
      for (const type of ["full_state", "update"]) family.with(type);
    }
  }
  const oversized = [
    [
      "dropped",
      "Number of oversized gossip messages that were dropped due to a full message queue.",
    ],
    ["failure", "Number of oversized gossip message sends that failed."],
    ["sent", "Number of oversized gossip message sent."],
  ] as const;
  for (const key of ["nfl", "sil"]) {
    for (const [what, help] of oversized) {
      metrics
        .counter(`alertmanager_oversized_gossip_message_${what}_total`, help, ["key"])
        .with(key);
    }
    metrics
      .histogram(
        {
          name: "alertmanager_oversize_gossip_message_duration_seconds",
          help: "Duration of oversized gossip message requests.",
          labelNames: ["key"],
        },
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      )
      .with(key);
  }
}

/** A ULID: sorts by the time of the start. */
function randomName({
  random,
  nowMs,
}: {
  readonly random: Random;
  readonly nowMs: number;
}): string {
  let name = "";
  let rest = Math.trunc(nowMs);
  for (let at = 0; at < TIME_DIGITS; at += 1) {
    name = `${DIGITS[rest % DIGITS.length]}${name}`;
    rest = Math.floor(rest / DIGITS.length);
  }
  for (let at = 0; at < RANDOM_DIGITS; at += 1) {
    name += DIGITS[Math.floor(fraction(random) * DIGITS.length)];
  }
  return name;
}
