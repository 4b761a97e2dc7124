/**
 * What a tenant's configuration may not ask of the host that runs it: files, and the proxies and
 * credentials of its environment. Who may write a configuration may also say where messages go, so a
 * file that is named would be read by whoever names it.
 *
 * The walk goes over all that was understood, whatever the receiver: a field added later is refused by
 * its name, `…_file`, without anybody thinking of it. The names under `templates` are not files of the
 * host: they choose among the templates that came with the configuration.
 */
import { locate, type YamlPath } from "./locate.ts";
import type { ParsedConfig } from "./parse-config.ts";
import { INTEGRATION_KINDS, receiverKind } from "./receivers/kinds.ts";

/** A field that reaches for the host, as it is written in YAML, and where. */
export interface HostAccess {
  readonly field: string;
  /** Of which receivers it is, such as `slack`; undefined: of none, or of what all have in common. */
  readonly integration: string | undefined;
  readonly line: number;
  readonly column: number;
}

interface Found {
  readonly path: YamlPath;
  readonly integration: string | undefined;
}

/** The first such field of what `text` says; undefined if there is none. */
export function findHostAccess({ document }: ParsedConfig, text: string): HostAccess | undefined {
  const found = findIn(document, { path: [], integration: undefined });
  if (found === undefined) return undefined;
  const { path, integration } = found;
  return { field: String(path.at(-1)), integration, ...locate(text, path) };
}

function findIn(value: unknown, at: Found): Found | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  // The keys of maps are the tenant's own words: labels, header names, details.
  if (value instanceof Map || Array.isArray(value)) {
    const entries: Iterable<readonly [string | number, unknown]> = value.entries();
    return findFirst(entries, ([key, inner]) => findIn(inner, below(at, key)));
  }
  const entries = Object.entries(value);
  const own = entries.find(([name, inner]) => isHostAccess(name, inner));
  if (own !== undefined) return below(at, snakeCase(own[0]));
  return findFirst(entries, ([name, inner]) => {
    const key = LIST_KEYS.get(name);
    if (key !== undefined && Array.isArray(inner)) {
      return findIn(inner, { ...below(at, key), integration: name });
    }
    const next = below(at, snakeCase(name));
    // What clients of HTTP and TLS have is the same for all.
    return findIn(inner, COMMON.has(name) ? { ...next, integration: undefined } : next);
  });
}

function below({ path, integration }: Found, key: string | number): Found {
  return { path: [...path, key], integration };
}

/** Lists of integrations are named for their kind here. */
const LIST_KEYS: ReadonlyMap<string, string> = new Map(
  INTEGRATION_KINDS.map((kind) => [kind, receiverKind(kind).key]),
);

const COMMON = new Set(["httpConfig", "tlsConfig"]);

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

function findFirst<T, F>(values: Iterable<T>, find: (value: T) => F | undefined): F | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isHostAccess(name: string, value: unknown): boolean {
  if (name.endsWith("File")) return value !== "" && value !== undefined;
  // Of `http_headers`, where each header has its own list.
  if (name === "files") return Array.isArray(value) && value.length > 0;
  // Of a client: the proxy would connect from inside. Of SNS: a profile of the host's own credentials.
  if (name === "proxyUrl" || name === "profile") return value !== undefined && value !== "";
  return name === "proxyFromEnvironment" && value === true;
}
