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
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(given)?.[1] ?? "";
  if (!/^https?$/i.test(scheme)) {
    throw new AppError(
      "invalid-argument",
      `failed to determine external URL: "${given}": invalid "${scheme}" scheme, ` +
        "only 'http' and 'https' are supported",
    );
  }
  if (!URL.canParse(given)) {
    throw new AppError(
      "invalid-argument",
      `failed to determine external URL: cannot read "${given}"`,
    );
  }
  return given.replace(/\/+$/, "");
}

/** What all paths begin with: a slash and more, or nothing. */
export function routePrefixOf({ web }: Pick<Options, "web">, externalUrl: string): string {
  const prefix = web.routePrefix ?? new URL(externalUrl).pathname;
  const trimmed = prefix.replace(/^\/+|\/+$/g, "");
  return trimmed === "" ? "" : `/${trimmed}`;
}
