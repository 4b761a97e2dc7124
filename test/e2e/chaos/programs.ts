/** What is put to the test: how each program is started, configured and spoken to. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Place } from "./network/index.ts";

/** What all instances of one run share. */
export interface Surroundings {
  readonly redisUrl: string;
  /** A folder that all see: the object store. */
  readonly sharedFolder: string;
  readonly replicationFactor: number;
  /** Further flags, of the program of this repository alone. */
  readonly flags: readonly string[];
  /** Of all instances that there may ever be. */
  readonly places: readonly Place[];
}

export interface Program {
  readonly name: "tocsin" | "alertmanager";
  readonly version: string;
  /** So many, each with a state of its own; one that is `undefined` where there are no tenants. */
  tenants(count: number): readonly (string | undefined)[];
  /** Instances do not hand alerts on: who sends an alert once stays with the instance that said yes. */
  readonly keepsAlertsApart: boolean;
  /** What each position in line may add to the delay of a message. */
  readonly turnMs: number;
  command(pod: PodPlace, surroundings: Surroundings): readonly string[];
}

export interface PodPlace {
  readonly name: string;
  readonly place: Place;
  readonly configFile: string;
  readonly folder: string;
}

export const GROUP_WAIT_MS = 1_000;
export const GROUP_INTERVAL_MS = 5_000;
/** Longer than any run: a repetition is a mistake. */
const REPEAT_INTERVAL = "1h";

/** Every alert name is a group; what is told names its sender by the external URL. */
export function configFor(sinkUrl: string): string {
  return `
route:
  receiver: sink
  group_by: [alertname]
  group_wait: ${GROUP_WAIT_MS}ms
  group_interval: ${GROUP_INTERVAL_MS}ms
  repeat_interval: ${REPEAT_INTERVAL}
receivers:
  - name: sink
    webhook_configs:
      - url: ${sinkUrl}
        send_resolved: true
`;
}

/** Sharded instances of this program, with all timings at their defaults. */
export function tocsin(path: string = join(import.meta.dirname, "../../../bin/tocsin")): Program {
  return {
    name: "tocsin",
    version: versionOf(path),
    tenants: (count) => Array.from({ length: count }, (_, number) => `tenant${number}`),
    keepsAlertsApart: false,
    turnMs: 1_000,
    command: ({ name, place, configFile, folder }, surroundings) => [
      path,
      `--config.file=${configFile}`,
      `--storage.path=${folder}`,
      `--web.listen-address=${place.host}:${place.webPort}`,
      `--web.external-url=http://${name}`,
      "--cluster.listen-address=",
      "--tenancy.enabled",
      `--ring.instance-id=${name}`,
      `--ring.store=${surroundings.redisUrl}`,
      `--ring.replication-factor=${surroundings.replicationFactor}`,
      `--rpc.listen-address=${place.host}:${place.peerPort}`,
      `--rpc.advertise-address=${place.advertised}`,
      `--state.store=file:${surroundings.sharedFolder}`,
      ...surroundings.flags,
    ],
  };
}

/** How long a gossiping instance waits for each one before it; the default of 15 s would only make it slower. */
const PEER_TIMEOUT_MS = 2_000;

/** Gossiping instances of the real one, with waits shortened so that a run shows their end. */
export function alertmanager(path: string): Program {
  return {
    name: "alertmanager",
    version: versionOf(path),
    tenants: () => [undefined],
    keepsAlertsApart: true,
    turnMs: PEER_TIMEOUT_MS,
    command: ({ name, place, configFile, folder }, { places }) => [
      path,
      `--config.file=${configFile}`,
      `--storage.path=${folder}`,
      `--web.listen-address=${place.host}:${place.webPort}`,
      `--web.external-url=http://${name}`,
      `--cluster.listen-address=${place.host}:${place.peerPort}`,
      `--cluster.advertise-address=${place.advertised}`,
      ...places
        .filter((other) => other !== place)
        .map((other) => `--cluster.peer=${other.advertised}`),
      `--cluster.peer-timeout=${PEER_TIMEOUT_MS}ms`,
      "--cluster.gossip-interval=50ms",
      "--cluster.pushpull-interval=10s",
      "--cluster.reconnect-interval=2s",
      "--cluster.settle-timeout=10s",
    ],
  };
}

function versionOf(path: string): string {
  const output = execFileSync(path, ["--version"], { encoding: "utf8", stdio: "pipe" });
  return output.split("\n")[0]?.replace(/^[^,]*, version /, "") ?? "";
}
