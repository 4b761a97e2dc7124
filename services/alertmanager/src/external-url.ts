import { formatGoUrl, parseGoUrl } from "@tocsin/domain/config";
import { hostname } from "node:os";
import { AppError } from "@tocsin/foundation";
import { parseListenAddress, type Options } from "./flags/index.ts";

/** As upstream: the host name and the port of the first listen address, when nothing is given. */
export function externalUrlOf({ web }: Pick<Options, "web">): string {
  const given = web.externalUrl;
  if (given === undefined) {
    const [first] = web.listenAddresses.map(parseListenAddress);
    // One that cannot be read is refused when it is listened on.
    const port = first?.ok === true ? first.address.port : 9093;
    return `http://${hostname()}:${port}`;
  }
  const parsed = parseGoUrl(given);
  if (!parsed.ok) throw refused(`parse ${JSON.stringify(given)}: ${parsed.reason}`);
  const { url } = parsed;
  if (url.scheme !== "http" && url.scheme !== "https") {
    const only = "only 'http' and 'https' are supported";
    throw refused(`${JSON.stringify(given)}: invalid "${url.scheme}" scheme, ${only}`);
  }
  return formatGoUrl({ ...url, path: url.path.replace(/\/+$/, "") });
}

function refused(problem: string): AppError {
  return new AppError("invalid-argument", `failed to determine external URL: ${problem}`);
}

/** What all paths begin with: a slash and more, or nothing. */
export function routePrefixOf({ web }: Pick<Options, "web">, externalUrl: string): string {
  const prefix = web.routePrefix ?? pathOf(externalUrl);
  const trimmed = prefix.replace(/^\/+|\/+$/g, "");
  return trimmed === "" ? "" : `/${trimmed}`;
}

function pathOf(externalUrl: string): string {
  const parsed = parseGoUrl(externalUrl);
  return parsed.ok ? parsed.url.path : "";
}
