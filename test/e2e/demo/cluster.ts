import {
  freePorts,
  startPrometheus,
  startRedis,
  startS3,
  startTocsin,
  type MissingServer,
  type RunningServer,
  type TocsinServer,
} from "../servers/index.ts";
import type { Screen } from "./screen.ts";

export interface Member {
  readonly name: string;
  readonly server: TocsinServer;
  isAlive: boolean;
}

/** What takes things away again, in the order in which they came. */
export type Closing = (() => Promise<void>)[];

/** Programs that are not on this machine; the message names what to install. */
export class MissingPrograms extends Error {
  constructor(reasons: readonly string[]) {
    super(`Cannot run the demonstration: ${reasons.join("; ")}`);
  }
}

const INSTANCES = 3;
/** Tenant of the alert that Prometheus sends. */
export const WATCHED_TENANT = "watch";

/**
 * Starts Redis, S3, Prometheus and three instances that share them, all on loopback. What has been
 * started is in `closing`, also when something else cannot be started.
 */
export async function startCluster(
  deps: { readonly screen: Screen; readonly closing: Closing },
  sinkUrl: string,
): Promise<readonly Member[]> {
  const { screen, closing } = deps;
  const free = await freePorts(2 * INSTANCES);
  const ports = Array.from({ length: INSTANCES }, (_, at) => ({
    web: free[2 * at] as number, // Two for each were asked for.
    rpc: free[2 * at + 1] as number,
  }));
  const addresses = ports.map(({ web }) => `127.0.0.1:${web}`);
  const [redis, s3] = await startAll(closing, [
    startRedis(),
    startS3(),
    startPrometheus(prometheusPlan(addresses)),
  ]);
  screen.say(`Redis at ${redis.url}, S3 at ${s3.endpoint}, Prometheus watches`);
  const bucket = await s3.makeBucket();
  const plans = ports.map((pair, at) => ({
    ports: pair,
    config: alertmanagerConfig(sinkUrl),
    // Nothing is left to be handed over in the end.
    stopSignal: "SIGKILL" as const,
    environment: {
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    },
    flags: [
      "--tenancy.enabled",
      `--ring.instance-id=t${at + 1}`,
      `--ring.store=${redis.url}`,
      "--ring.replication-factor=3",
      `--state.store=s3://${bucket}?endpoint=${encodeURIComponent(s3.endpoint)}&region=${s3.region}`,
      // It is in every notification, so the sink can tell who sent it.
      `--web.external-url=http://t${at + 1}`,
    ],
  }));
  const servers = await startAll(
    closing,
    plans.map((plan) => startTocsin(plan)),
  );
  return servers.map((server, at) => ({ name: `t${at + 1}`, server, isAlive: true }));
}

type Started<T> = { readonly [K in keyof T]: Exclude<Awaited<T[K]>, MissingServer> };

/** Waits for all, so that none is left behind that was still starting when another failed. */
async function startAll<const T extends readonly Promise<RunningServer | MissingServer>[]>(
  closing: Closing,
  starting: T,
): Promise<Started<T>> {
  for (const result of await Promise.allSettled(starting)) {
    if (result.status === "rejected" || result.value.kind === "missing") continue;
    const server = result.value;
    closing.push(() => server.stop());
  }
  const servers = await Promise.all(starting);
  const missing = servers.flatMap((server) => (server.kind === "missing" ? [server.reason] : []));
  if (missing.length > 0) throw new MissingPrograms(missing);
  return servers as Started<T>; // None is missing.
}

/** Each alert is a group of its own, so each is told once when it fires and once when it is resolved. */
function alertmanagerConfig(sinkUrl: string): string {
  return `
route:
  receiver: sink
  group_by: [alertname, team]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 1h
receivers:
  - name: sink
    webhook_configs:
      - url: ${sinkUrl}
        send_resolved: true
`;
}

/** All three are told of every alert: whichever dies, the others have heard it. */
function prometheusPlan(targets: readonly string[]): {
  readonly config: string;
  readonly files: Readonly<Record<string, string>>;
} {
  return {
    config: `
global: {evaluation_interval: 2s}
rule_files: [rules.yml]
alerting:
  alertmanagers:
    - path_prefix: /t/${WATCHED_TENANT}
      static_configs: [{targets: ${JSON.stringify(targets)}}]
`,
    files: {
      "rules.yml": `
groups:
  - name: demonstration
    rules:
      - alert: AlwaysFiring
        expr: vector(1)
        labels: {team: ${WATCHED_TENANT}}
`,
    },
  };
}
