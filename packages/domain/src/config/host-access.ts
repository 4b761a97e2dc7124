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

/** The first field that reaches for the host, as it is written in YAML; undefined if there is none. */
export function findHostAccess({ document }: ParsedConfig): string | undefined {
  return findIn(document);
}

function findIn(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  // The keys of maps are the tenant's own words: labels, header names, details.
  if (value instanceof Map || Array.isArray(value)) return findInAll(value.values());
  for (const [name, inner] of Object.entries(value)) {
    if (isHostAccess(name, inner)) {
      return name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
    }
  }
  return findInAll(Object.values(value));
}

function findInAll(values: Iterable<unknown>): string | undefined {
  for (const value of values) {
    const found = findIn(value);
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
