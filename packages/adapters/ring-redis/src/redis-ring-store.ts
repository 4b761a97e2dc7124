import { AppError, assert, type Clock } from "@tocsin/foundation";
import type { InstanceId } from "@tocsin/domain/model";
import type { RingDocument } from "@tocsin/domain/ring";
import type { Heartbeat, RingReading, RingStore } from "@tocsin/engine/ports";
import { RedisConnection } from "./connection.ts";
import { decodeDocument, decodeHeartbeat } from "./document.ts";
import { describeRedis, type RedisRingOptions } from "./options.ts";
import { BEAT, COMPARE_AND_SET, NEXT_INCARNATION, READ, REMOVE_HEARTBEAT } from "./scripts.ts";

/**
 * The ring in Redis: the document in `<prefix>v1:view`, the heartbeats in the hash
 * `<prefix>v1:heartbeats`, drawn incarnations in the hash `<prefix>v1:incarnations`. Connects at the
 * first call. Every call ends within `callTimeoutMs`; a write that fails so may still take place.
 */
export class RedisRingStore implements RingStore, AsyncDisposable {
  readonly #connection: RedisConnection;
  readonly #address: string;
  readonly #viewKey: string;
  readonly #heartbeatsKey: string;
  readonly #incarnationsKey: string;

  constructor(deps: { readonly clock: Clock }, options: RedisRingOptions) {
    this.#connection = new RedisConnection(deps, options);
    this.#address = describeRedis(options);
    this.#viewKey = `${options.prefix}v1:view`;
    this.#heartbeatsKey = `${options.prefix}v1:heartbeats`;
    this.#incarnationsKey = `${options.prefix}v1:incarnations`;
  }

  async read(signal: AbortSignal): Promise<RingReading> {
    const keys = [this.#viewKey, this.#heartbeatsKey];
    const reply = await this.#connection.run({ script: READ, keys, args: [] }, signal);
    assert(Array.isArray(reply) && reply.length === 3, "READ returns three values");
    const [json, fields, storeNow] = reply as [string, string[], string]; // As the script builds it.
    return {
      document: json === "" ? undefined : this.#documentFrom(json),
      heartbeats: heartbeatsFrom(fields),
      storeNowMs: Number(storeNow),
    };
  }

  async compareAndSet(expected: number, next: RingDocument, signal: AbortSignal): Promise<boolean> {
    assert(next.version > expected, "a ring document must be newer than the one it replaces");
    const args = [expected, JSON.stringify(next)];
    const call = { script: COMPARE_AND_SET, keys: [this.#viewKey], args };
    return (await this.#connection.run(call, signal)) === 1;
  }

  async beat(own: Omit<Heartbeat, "atMs">, signal: AbortSignal): Promise<number> {
    const { id, incarnation, viewSeen, synced } = own;
    const fields = JSON.stringify({ incarnation, viewSeen, synced }).slice(1, -1);
    const call = { script: BEAT, keys: [this.#heartbeatsKey], args: [id, fields] };
    return Number(await this.#connection.run(call, signal));
  }

  async removeHeartbeat(id: InstanceId, signal: AbortSignal): Promise<void> {
    const call = { script: REMOVE_HEARTBEAT, keys: [this.#heartbeatsKey], args: [id] };
    await this.#connection.run(call, signal);
  }

  async nextIncarnation(id: InstanceId, above: number, signal: AbortSignal): Promise<number> {
    const call = { script: NEXT_INCARNATION, keys: [this.#incarnationsKey], args: [id, above] };
    return Number(await this.#connection.run(call, signal));
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #documentFrom(json: string): RingDocument {
    const document = decodeDocument(json);
    if (document !== undefined) return document;
    const where = `"${this.#viewKey}" in ${this.#address}`;
    const help = "delete the key, members write back what they know";
    throw new AppError("data-loss", `Cannot read ${where}: not a ring document; ${help}`);
  }
}

function heartbeatsFrom(fields: readonly string[]): Heartbeat[] {
  const heartbeats: Heartbeat[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const read = decodeHeartbeat(fields[at] as string, fields[at + 1] as string); // Below the length.
    if (read !== undefined) heartbeats.push(read);
  }
  return heartbeats;
}
