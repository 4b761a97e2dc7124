import { dirname } from "node:path";
import { type HttpConfig, parseHttpConfig } from "@tocsin/domain/config";
import {
  configuredHeaders,
  findClientFault,
  PLAIN_TRANSPORT,
  readSecretFile,
  transportOf,
  urlAuthorization,
} from "@tocsin/integrations/http";
import type { Values } from "@tocsin/command-line";
import { Failure, reasonOf } from "../program/failure.ts";
import type { Surroundings } from "../program/surroundings.ts";
import { UPSTREAM_VERSION, VERSION } from "../program/version.ts";
import { Connection } from "./connection.ts";
import type { Manner } from "./exchange.ts";
import { readStatus } from "./models.ts";
import { GET_STATUS } from "./operations.ts";

/**
 * Connects as the flags say: `--alertmanager.url`, `--http.config.file`. Warns on standard error when the
 * server is of another version, unless `--no-version-check`; a server that cannot be asked is not warned
 * about, the command itself will tell.
 */
export async function connect(
  values: Values,
  around: Surroundings,
  signal: AbortSignal,
): Promise<Connection> {
  const url = new URL(values.text("alertmanager.url")); // The flag takes nothing else.
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    const scheme = JSON.stringify(url.protocol.slice(0, -1));
    throw new Failure(`Cannot use --alertmanager.url: scheme ${scheme}, "http" or "https" wanted`);
  }
  const path = values.text("http.config.file");
  const authorization = urlAuthorization(url);
  if (path !== "" && authorization !== undefined) {
    throw new Failure("basic authentication and http.config.file are mutually exclusive", "\n");
  }
  const own = path === "" ? PLAIN : await readManner(path, around);
  const manner =
    authorization === undefined ? own : { ...own, headers: { ...own.headers, authorization } };
  url.username = "";
  url.password = "";
  const connection = new Connection(url, manner, signal);
  if (values.isOn("version-check")) await compareVersions(connection, around);
  return connection;
}

/** The Alertmanager that this program follows, and the server that it comes with. */
const KNOWN_VERSIONS = [UPSTREAM_VERSION, VERSION];

const PLAIN: Manner = { headers: {}, transport: PLAIN_TRANSPORT, followsRedirects: true };

async function readManner(path: string, around: Surroundings): Promise<Manner> {
  const text = new TextDecoder().decode(around.readFile(path));
  const parsed = parseHttpConfig(text, dirname(path));
  if (!parsed.ok) {
    const problems = parsed.problems.map(({ line, message }) => `line ${line}: ${message}`);
    throw new Failure(`failed to load HTTP config file: ${problems.join("; ")}`, "\n");
  }
  const { config } = parsed;
  const unsupported = unsupportedKey(config);
  if (unsupported !== undefined) {
    throw new Failure(`Cannot use "${unsupported}" of ${path}: amtool does not know it`, "\n");
  }
  const fault = await findClientFault(config, readSecretFile);
  if (fault !== undefined) {
    throw new Failure(`failed to create a new HTTP client: ${fault.words}`, "\n");
  }
  try {
    return {
      headers: await configuredHeaders(config, readSecretFile),
      transport: await transportOf(config.tlsConfig, readSecretFile),
      followsRedirects: config.followRedirects,
    };
  } catch (error) {
    throw new Failure(`failed to create a new HTTP client: ${reasonOf(error)}`, "\n");
  }
}

function unsupportedKey(config: HttpConfig): string | undefined {
  if (config.oauth2 !== undefined) return "oauth2";
  if (config.proxyFromEnvironment) return "proxy_from_environment";
  return (config.proxyUrl ?? "") === "" ? undefined : "proxy_url";
}

async function compareVersions(connection: Connection, around: Surroundings): Promise<void> {
  let version: string;
  try {
    ({ version } = (await connection.call(GET_STATUS, readStatus)).versionInfo);
  } catch {
    return;
  }
  if (version === "") return; // A build that does not know what it is.
  if (KNOWN_VERSIONS.some((known) => majorMinor(known) === majorMinor(version))) return;
  around.writeError(
    `Warning: amtool version (${UPSTREAM_VERSION}) and alertmanager version (${version}) are different.\n`,
  );
}

function majorMinor(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}
