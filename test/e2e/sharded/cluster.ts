import { join } from "node:path";
import { parseTenantId, type InstanceId, type TenantId } from "@tocsin/domain/model";
import { Ring } from "@tocsin/domain/ring";
import {
  Client,
  eventually,
  Instance,
  makeFolder,
  removeFolder,
  startRedis,
  startS3,
  Webhook,
  type MissingServer,
  type RedisServer,
  type S3Server,
} from "../servers/index.ts";

export interface ClusterPlan {
  readonly size: number;
  /** Where state goes: a real S3, or a folder that all share. */
  readonly state: "s3" | "file";
  /** Besides those that every member has. */
  readonly flags?: readonly string[];
}

/** Tells every alert name alone and soon. */
export function configFor(url: string): string {
  return `
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 300ms
  group_interval: 1s
  repeat_interval: 1h
receivers:
  - name: hook
    webhook_configs:
      - url: ${url}
`;
}

/** Several instances that share a Redis, a state store and one webhook, which is in their fallback configuration. */
export class Cluster {
  readonly kind = "cluster";
  readonly webhook: Webhook;
  readonly members: readonly Instance[];
  /** With `state: "s3"`. */
  readonly s3: S3Server | undefined;
  readonly #folder: string;
  #redis: RedisServer;

  private constructor(
    parts: {
      readonly webhook: Webhook;
      readonly redis: RedisServer;
      readonly s3: S3Server | undefined;
      readonly folder: string;
    },
    members: readonly Instance[],
  ) {
    this.webhook = parts.webhook;
    this.#redis = parts.redis;
    this.s3 = parts.s3;
    this.#folder = parts.folder;
    this.members = members;
  }

  static async start(plan: ClusterPlan): Promise<Cluster | MissingServer> {
    const [redis, s3] = await Promise.all([
      startRedis(),
      plan.state === "s3" ? startS3() : undefined,
    ]);
    if (redis.kind === "missing" || s3?.kind === "missing") {
      if (redis.kind === "running") await redis.stop();
      if (s3?.kind === "running") await s3.stop();
      return redis.kind === "missing" ? redis : (s3 as MissingServer); // One of them is.
    }
    const webhook = await Webhook.start();
    const folder = await makeFolder("cluster");
    const store = s3 === undefined ? `file:${join(folder, "state")}` : await storeIn(s3);
    const preparing = Array.from({ length: plan.size }, (_, at) =>
      Instance.prepare({
        rpc: true,
        config: configFor(webhook.url),
        environment: {
          AWS_ACCESS_KEY_ID: s3?.accessKeyId ?? "",
          AWS_SECRET_ACCESS_KEY: s3?.secretAccessKey ?? "",
        },
        flags: [
          "--tenancy.enabled",
          `--ring.instance-id=${idAt(at)}`,
          `--ring.store=${redis.url}`,
          `--state.store=${store}`,
          ...(plan.flags ?? []),
        ],
      }),
    );
    const cluster = new Cluster({ webhook, redis, s3, folder }, await Promise.all(preparing));
    await cluster.heal();
    return cluster;
  }

  get redis(): RedisServer {
    return this.#redis;
  }

  /** An empty one on the same port, after the former one was stopped. */
  async replaceRedis(): Promise<void> {
    const redis = await startRedis({ port: this.#redis.port });
    if (redis.kind === "missing") throw new Error(redis.reason);
    this.#redis = redis;
  }

  member(at: number): Instance {
    const member = this.members[at];
    if (member === undefined) throw new Error(`there is no member ${at}`);
    return member;
  }

  client(at: number, tenant: string): Client {
    return new Client(this.member(at).endpoint, tenant);
  }

  /** Whether a process that runs now was stopped, be it by a machine that is too busy: then it may repeat itself. */
  get wasStopped(): boolean {
    return this.members.some((member) => member.process.log.includes("The process was stopped"));
  }

  /** Starts what does not run, lets go on what was stopped, and waits until all are ready. */
  async heal(): Promise<void> {
    for (const member of this.members) {
      if (member.isRunning) member.process.signal("SIGCONT");
      else member.launch();
    }
    await Promise.all(this.members.map((member) => member.ready()));
  }

  async remove(): Promise<void> {
    await Promise.all(this.members.map((member) => member.kill()));
    await Promise.all(this.members.map((member) => member.remove()));
    await Promise.all([this.#redis.stop(), this.s3?.stop(), this.webhook.stop()]);
    await removeFolder(this.#folder);
  }

  /** A tenant of this cluster whose owners begin with the member `at`: who has the first turn. */
  tenantFirstAt(at: number, name: string): string {
    return this.#tenantWhere(name, (owners) => owners[0] === idAt(at));
  }

  /** A tenant that the member `at` does not own. */
  tenantWithout(at: number, name: string): string {
    return this.#tenantWhere(name, (owners) => !owners.includes(idAt(at)));
  }

  #tenantWhere(name: string, wanted: (owners: readonly InstanceId[]) => boolean): string {
    const ring = new Ring(this.members.map((_, at) => ({ id: idAt(at), zone: "" })));
    for (let number = 0; ; number += 1) {
      const tenant = parseTenantId(`${name}-${number}`) as TenantId; // Letters, a dash and digits.
      if (wanted(ring.owners(tenant, 3))) return tenant;
    }
  }
}

/** Reads until it is so: for what may come a moment after a fault. */
export async function eventuallyHas(
  what: string,
  read: () => Promise<readonly string[]>,
  wanted: readonly string[],
): Promise<void> {
  let last: readonly string[] = [];
  const missing = (): readonly string[] => wanted.filter((one) => !last.includes(one));
  await eventually(
    () => `${what} has all of ${wanted.length}; missing: ${missing().join(" ")}`,
    async () => {
      last = await read();
      return missing().length === 0;
    },
  );
}

function idAt(at: number): InstanceId {
  return `am-${at + 1}` as InstanceId; // What --ring.instance-id takes is one.
}

async function storeIn(s3: S3Server): Promise<string> {
  const bucket = await s3.makeBucket();
  return `s3://${bucket}/tocsin?endpoint=${encodeURIComponent(s3.endpoint)}&region=${s3.region}`;
}
