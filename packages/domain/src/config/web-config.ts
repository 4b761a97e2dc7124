/**
 * The file behind `--web.config.file`: how the web port is served. Read as strictly as the configuration
 * itself. Mirrors `web/tls_config.go` and `web/handler.go` of prometheus/exporter-toolkit 0.17.
 */
import { joinPath } from "./paths.ts";
import { countSet, tlsVersion, type TlsVersion } from "./tls-config.ts";
import {
  bool,
  field,
  goDuration,
  int,
  listOf,
  mapOf,
  parsedText,
  Scope,
  secret,
  struct,
  text,
  textList,
  textMap,
} from "./schema/index.ts";
import type { ConfigProblem, Report, Shape } from "./schema/index.ts";
import { placeOf } from "./schema/scope.ts";
import { yaml11Fault } from "./yaml-11/fault.ts";
import { parseYaml } from "./yaml/parse.ts";

export interface WebConfig {
  readonly tls: WebTlsConfig;
  readonly http: WebHttpConfig;
  readonly rateLimit: WebRateLimit;
  /** bcrypt hashes by user; nobody has to log in where there is none. */
  readonly users: ReadonlyMap<string, string> | undefined;
}

/** What speaks for the server and who is let in. A text that is empty is not set. */
export interface WebTlsConfig {
  readonly cert: string;
  /** Secret. */
  readonly key: string;
  readonly clientCa: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string;
  readonly clientAuth: ClientAuth;
  readonly clientAllowedSans: readonly string[] | undefined;
  readonly minVersion: TlsVersion | undefined;
  readonly maxVersion: TlsVersion | undefined;
  /** Go's names, for TLS 1.2 and older; those of 1.3 are not chosen. */
  readonly cipherSuites: readonly string[] | undefined;
  readonly preferServerCipherSuites: boolean;
  readonly curvePreferences: readonly string[] | undefined;
}

/** Empty means `NoClientCert`, but counts as not set. */
export type ClientAuth = "" | (typeof CLIENT_AUTHS)[number];

export interface WebHttpConfig {
  readonly http2: boolean;
  /** Added to every answer. */
  readonly headers: ReadonlyMap<string, string> | undefined;
}

export interface WebRateLimit {
  /** 0: no limit. */
  readonly intervalMs: number;
  readonly burst: number;
}

export type WebConfigParse =
  | { readonly ok: true; readonly config: WebConfig }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const CLIENT_AUTHS = [
  "NoClientCert",
  "RequestClientCert",
  "RequireAnyClientCert",
  // An older name of the one before.
  "RequireClientCert",
  "VerifyClientCertIfGiven",
  "RequireAndVerifyClientCert",
] as const;

const CURVES: readonly string[] = ["CurveP256", "CurveP384", "CurveP521", "X25519"];

/** What Go calls secure, `tls.CipherSuites()` of Go 1.26. */
const CIPHERS: readonly string[] = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
  "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
  "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
  "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
];

/** The headers that may be set, and to what; without a list, to anything. */
const HEADERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["Strict-Transport-Security", []],
  ["X-Content-Type-Options", ["nosniff"]],
  ["X-Frame-Options", ["deny", "sameorigin"]],
  ["X-XSS-Protection", []],
  ["Content-Security-Policy", []],
]);

/** `$2y$10$` and 53 characters of salt and hash: what `htpasswd -nB` prints behind the name. */
const BCRYPT_FORM = /^\$2[aby]?\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;

function oneOf<T extends string>(what: string, names: readonly T[], zero: T): Shape<T> {
  return parsedText<T>({
    wanted: what,
    zero,
    parse: (written) => {
      const value = names.find((name) => name === written);
      if (value !== undefined) return { value };
      return {
        problem: `${what} ${JSON.stringify(written)} is unknown; wanted one of ${names.join(", ")}`,
      };
    },
    encode: (value) => ({ kind: "text", text: value }),
    isZero: (value) => value === zero,
  });
}

const passwordHash: Shape<string> = parsedText({
  wanted: "a bcrypt hash",
  zero: "",
  parse: (written) => {
    if (BCRYPT_FORM.test(written)) return { value: written };
    // It is not shown: it may be the password itself.
    return { problem: 'it is no bcrypt hash, as "htpasswd -nB" makes' };
  },
  encode: (value) => secret.encode(value),
  isZero: (value) => value === "",
});

const tls = struct<WebTlsConfig>(
  {
    cert: field("cert", text),
    key: field("key", secret),
    clientCa: field("client_ca", text),
    certFile: field("cert_file", text),
    keyFile: field("key_file", text),
    clientCaFile: field("client_ca_file", text),
    clientAuth: field(
      "client_auth_type",
      oneOf<ClientAuth>("client certificate policy", ["", ...CLIENT_AUTHS], ""),
    ),
    clientAllowedSans: field("client_allowed_sans", textList),
    minVersion: field("min_version", tlsVersion, "TLS12"),
    maxVersion: field("max_version", tlsVersion, "TLS13"),
    cipherSuites: field("cipher_suites", listOf(oneOf("cipher", CIPHERS, ""))),
    preferServerCipherSuites: field("prefer_server_cipher_suites", bool, true),
    curvePreferences: field("curve_preferences", listOf(oneOf("curve", CURVES, ""))),
  },
  { check: checkTls },
);

const webConfig = struct<WebConfig>(
  {
    tls: field("tls_server_config", tls, tls.initial()),
    http: field(
      "http_server_config",
      struct<WebHttpConfig>(
        { http2: field("http2", bool, true), headers: field("headers", textMap) },
        { check: checkHeaders },
      ),
      { http2: true, headers: undefined },
    ),
    rateLimit: field(
      "rate_limit",
      struct<WebRateLimit>(
        { intervalMs: field("interval", goDuration), burst: field("burst", int) },
        { check: checkRateLimit },
      ),
    ),
    users: field("basic_auth_users", mapOf(passwordHash)),
  },
  { check: checkUsers },
);

/** Reads the file's text. Relative file names are joined with `directory`. */
export function parseWebConfig(written: string, directory: string): WebConfigParse {
  const parsed = parseYaml(written);
  if (!parsed.ok) {
    const message = `Cannot read the YAML: ${parsed.reason}`;
    const upstream = yaml11Fault(written);
    return { ok: false, problems: [{ message, ...placeOf(written, parsed.offset), upstream }] };
  }
  const { root, nodeCount } = parsed;
  const scope = new Scope({
    text: written,
    mode: "fallback",
    nodeCount,
    regexes: undefined,
    checkTemplate: () => undefined,
  });
  const initial = webConfig.initial();
  const config = root === undefined ? initial : scope.read(webConfig, root, initial);
  if (scope.hasProblems) return { ok: false, problems: scope.problems() };
  const { certFile, keyFile, clientCaFile } = config.tls;
  const join = (path: string): string => joinPath(directory, path);
  const files = {
    certFile: join(certFile),
    keyFile: join(keyFile),
    clientCaFile: join(clientCaFile),
  };
  return { ok: true, config: { ...config, tls: { ...config.tls, ...files } } };
}

/** Whether TLS is spoken at all: the other keys alone do not ask for it. */
export function isTlsWanted(config: WebTlsConfig): boolean {
  const { cert, key, clientCa, certFile, keyFile, clientCaFile, clientAuth } = config;
  return countSet(cert, key, clientCa, certFile, keyFile, clientCaFile, clientAuth) > 0;
}

function checkTls(config: WebTlsConfig, report: Report): void {
  if (!isTlsWanted(config)) return;
  if (countSet(config.cert, config.certFile) === 0)
    report('one of "cert" and "cert_file" is missing');
  if (countSet(config.key, config.keyFile) === 0) report('one of "key" and "key_file" is missing');
  const asksNobody = config.clientAuth === "" || config.clientAuth === "NoClientCert";
  if (asksNobody && countSet(config.clientCa, config.clientCaFile) > 0) {
    report('a client CA needs a "client_auth_type" that asks for certificates');
  }
  if ((config.minVersion ?? "") > (config.maxVersion ?? "")) {
    report('"min_version" is above "max_version"', { key: "min_version" });
  }
}

function checkHeaders({ headers }: WebHttpConfig, report: Report): void {
  for (const [name, value] of headers ?? []) {
    const allowed = HEADERS.get(name);
    const at = { key: "headers" };
    if (allowed === undefined) {
      const names = [...HEADERS.keys()].join(", ");
      report(`header ${JSON.stringify(name)} may not be set; those that may are ${names}`, at);
    } else if (allowed.length > 0 && !allowed.includes(value)) {
      report(`header "${name}" may only be ${allowed.join(" or ")}`, at);
    } else if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      report(`header "${name}" has a character that no header can have`, at);
    }
  }
}

function checkRateLimit({ intervalMs, burst }: WebRateLimit, report: Report): void {
  if (intervalMs < 0) report("the time may not be negative", { key: "interval" });
  if (intervalMs > 0 && burst < 1) {
    report('"burst" must be at least 1: with 0 every request would be refused', { key: "burst" });
  }
}

/** A null is not read by the shape of a hash, so it is looked for here. */
function checkUsers({ users }: WebConfig, report: Report): void {
  for (const [name, hash] of users ?? []) {
    if (hash !== "") continue;
    report(`user ${JSON.stringify(name)} has no password hash`, { key: "basic_auth_users" });
  }
}
