import type { ConditionalWrite, ObjectVersion } from "./state-store.ts";

/** An object larger than this is not ours; reading one is refused, so that it cannot take the memory. */
export const OBJECT_SIZE_MAX_BYTES: number = 256 * 1024 * 1024;

export interface StoredObject {
  readonly body: Uint8Array;
  readonly version: ObjectVersion;
}

/** What must be true of the object for a write to take place. */
export type WriteCondition =
  | { readonly kind: "none" }
  /** There is no object under this key. */
  | { readonly kind: "absent" }
  /** The object is as it was when this version was read or written. */
  | { readonly kind: "version"; readonly version: ObjectVersion };

export interface ObjectWrite {
  readonly key: string;
  readonly body: Uint8Array;
  readonly condition: WriteCondition;
}

/**
 * One level of a listing: whole keys, and prefixes that end in "/". Both sorted. A folder may be listed
 * for some time after its last object is gone.
 */
export interface ObjectListing {
  readonly keys: readonly string[];
  readonly folders: readonly string[];
}

/**
 * Bytes under keys, whole objects only: a reader sees an old or a new body, never a part. A key is
 * segments joined by "/", each of them percent-encoded by the caller and not starting with a dot. Calls
 * reject with `unavailable` when the store cannot be asked, after their own deadline at the latest.
 */
export interface ObjectStore {
  /** For messages: where it is, without secrets. */
  readonly name: string;
  /** Undefined: there is none. */
  get(key: string, signal: AbortSignal): Promise<StoredObject | undefined>;
  /** Durable when it resolves. After a rejection it is unknown whether the object was written. */
  put(write: ObjectWrite, signal: AbortSignal): Promise<ConditionalWrite>;
  /** Deletes what may not be there. */
  delete(key: string, signal: AbortSignal): Promise<void>;
  /** What lies directly under `prefix`, which is empty or ends in "/". */
  list(prefix: string, signal: AbortSignal): Promise<ObjectListing>;
}
