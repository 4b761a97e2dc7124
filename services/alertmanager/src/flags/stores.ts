/**
 * Where the ring lies (`--ring.store`). The URL may carry a password: it never enters a message. Its
 * parts are read by the adapter that uses them (`parseRedisUrl`).
 */
export type RingStoreAddress =
  | { readonly kind: "memory" }
  | { readonly kind: "redis"; readonly url: string };

/** Where snapshots and configurations lie (`--state.store`); an S3 URL is read by `parseS3Url`. */
export type StateStoreAddress =
  | { readonly kind: "file"; readonly folderPath: string }
  | { readonly kind: "s3"; readonly url: string };

/** Undefined: neither `memory:` nor a Redis URL. */
export function parseRingStore(text: string): RingStoreAddress | undefined {
  if (text === "memory:") return { kind: "memory" };
  const url = URL.parse(text);
  const isRedis = url?.protocol === "redis:" || url?.protocol === "rediss:";
  return isRedis && url.hostname !== "" ? { kind: "redis", url: text } : undefined;
}

/** Empty input is the folder of `--storage.path`. Undefined: neither a folder nor a bucket. */
export function parseStateStore(text: string, storagePath: string): StateStoreAddress | undefined {
  if (text === "") return { kind: "file", folderPath: storagePath };
  if (text.startsWith("file:")) {
    // file:///var/lib/tocsin is taken for /var/lib/tocsin, as in a URL.
    const folderPath = text.slice("file:".length).replace(/^\/\/(?=\/)/, "");
    return folderPath === "" ? undefined : { kind: "file", folderPath };
  }
  const url = text.startsWith("s3://") ? URL.parse(text) : null;
  return url === null || url.hostname === "" ? undefined : { kind: "s3", url: text };
}
