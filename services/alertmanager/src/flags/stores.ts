/** Where the ring lies (`--ring.store`). The URL may carry a password: it never enters a message. */
export type RingStoreAddress =
  | { readonly kind: "memory" }
  | { readonly kind: "redis"; readonly url: string };

/** Where snapshots and configurations lie (`--state.store`). */
export type StateStoreAddress =
  | { readonly kind: "file"; readonly folderPath: string }
  | {
      readonly kind: "s3";
      readonly bucket: string;
      /** Set before every key; without slashes at its ends, may be empty. */
      readonly prefix: string;
      readonly endpoint: string | undefined;
      readonly region: string | undefined;
      /** The bucket in the path instead of the host name, as most servers other than AWS want it. */
      readonly pathStyle: boolean;
    };

/** Undefined: neither `memory:` nor a Redis URL. */
export function parseRingStore(text: string): RingStoreAddress | undefined {
  if (text === "memory:") return { kind: "memory" };
  const url = URL.parse(text);
  const isRedis = url?.protocol === "redis:" || url?.protocol === "rediss:";
  return isRedis && url.hostname !== "" ? { kind: "redis", url: text } : undefined;
}

/** A text is what is wrong. Empty input is the folder of `--storage.path`. */
export function parseStateStore(text: string, storagePath: string): StateStoreAddress | string {
  if (text === "") return { kind: "file", folderPath: storagePath };
  if (text.startsWith("file:")) {
    const folderPath = text.slice("file:".length).replace(/^\/\/(?=\/)/, "");
    return folderPath === ""
      ? 'the folder is missing, as in "file:data"'
      : { kind: "file", folderPath };
  }
  const url = text.startsWith("s3://") ? URL.parse(text) : null;
  if (url === null || url.hostname === "") {
    return '"file:PATH" or "s3://bucket/prefix" is wanted';
  }
  if (url.username !== "") return "credentials come from the environment, not from the URL";
  const known = new Set(["endpoint", "region", "pathStyle"]);
  const unknown = url.searchParams.keys().find((name) => !known.has(name));
  if (unknown !== undefined) {
    return `parameter "${unknown}" is unknown, there are endpoint, region and pathStyle`;
  }
  const pathStyle = url.searchParams.get("pathStyle") ?? "false";
  if (pathStyle !== "true" && pathStyle !== "false") return 'pathStyle must be "true" or "false"';
  const prefix = decoded(url.pathname);
  if (prefix === undefined) return "the prefix is not percent-encoded UTF-8";
  return {
    kind: "s3",
    bucket: url.hostname,
    prefix: prefix.replace(/^\/+|\/+$/g, ""),
    endpoint: url.searchParams.get("endpoint") ?? undefined,
    region: url.searchParams.get("region") ?? undefined,
    pathStyle: pathStyle === "true",
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
