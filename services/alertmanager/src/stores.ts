import type { RingStore, StateStore } from "@tocsin/engine/ports";
import { MemoryRingStore } from "@tocsin/engine/ring-memory";
import type { Clock, Logger, MetricRegistry, Random } from "@tocsin/foundation";
import type { RingStoreAddress, StateStoreAddress } from "./flags/index.ts";

interface StoreDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
}

/** No write takes this long: what is older was left by a process that died over it. */
const ABANDONED_AFTER_MS = 3_600_000;

/** Clients of outside systems are loaded only when they are used: each costs memory and start time. */
export async function openRingStore(
  deps: StoreDeps,
  address: RingStoreAddress,
): Promise<RingStore> {
  if (address.kind === "memory") return new MemoryRingStore(deps);
  const { parseRedisUrl, RedisRingStore } = await import("@tocsin/ring-redis");
  return new RedisRingStore(deps, parseRedisUrl(address.url));
}

export async function openStateStore(
  deps: StoreDeps,
  address: StateStoreAddress,
): Promise<StateStore> {
  const { ObjectStateStore } = await import("@tocsin/state-store");
  if (address.kind === "file") {
    const { FsObjectStore } = await import("@tocsin/object-store-fs");
    const objects = new FsObjectStore(deps, { folder: address.folderPath });
    await objects.clean(ABANDONED_AFTER_MS);
    return new ObjectStateStore({ ...deps, objects });
  }
  const { parseS3Url, S3ObjectStore } = await import("@tocsin/object-store-s3");
  const objects = new S3ObjectStore(deps, parseS3Url(address.url));
  return new ObjectStateStore({ ...deps, objects });
}
