/**
 * What a tenant's configuration may not ask of the host that runs it: files, and the proxies and
 * credentials of its environment. Who may write a configuration may also say where messages go, so a
 * file that is named would be read by whoever names it.
 *
 * The walk goes over all that was understood, whatever the receiver: a field added later is refused by
 * its name, `…_file`, without anybody thinking of it. The names under `templates` are not files of the
 * host: they choose among the templates that came with the configuration.
 */
import type { ParsedConfig } from "./parse-config.ts";
import { INTEGRATION_KINDS } from "./receivers/kinds.ts";

/** A field that reaches for the host, as it is written in YAML. */
export interface HostAccess {
  readonly field: string;
  /** Of which receivers it is, such as `slack`; undefined: of none, or of what all have in common. */
  readonly integration: string | undefined;
}

/** The first such field; undefined if there is none. */
export function findHostAccess({ document }: ParsedConfig): HostAccess | undefined {
  return findIn(document, undefined);
}

function findIn(value: unknown, integration: string | undefined): HostAccess | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  // The keys of maps are the tenant's own words: labels, header names, details.
  if (value instanceof Map || Array.isArray(value)) {
    return findFirst(value.values(), (inner) => findIn(inner, integration));
  }
  const entries = Object.entries(value);
  const own = entries.find(([name, inner]) => isHostAccess(name, inner));
  if (own !== undefined) return { field: snakeCase(own[0]), integration };
  return findFirst(entries, ([name, inner]) => {
    if (KINDS.has(name) && Array.isArray(inner)) return findIn(inner, name);
    // What clients of HTTP and TLS have is the same for all.
    return findIn(inner, COMMON.has(name) ? undefined : integration);
  });
}

const KINDS: ReadonlySet<string> = new Set(INTEGRATION_KINDS);

const COMMON = new Set(["httpConfig", "tlsConfig"]);

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

function findFirst<T>(
  values: Iterable<T>,
  find: (value: T) => HostAccess | undefined,
): HostAccess | undefined {
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
