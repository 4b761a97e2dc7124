/** The `tls_server_config` of the web configuration as Node.js wants it: `ConfigToTLSConfig` upstream. */
import { X509Certificate, createPrivateKey } from "node:crypto";
import { createSecureContext, type SecureContextOptions, type SecureVersion } from "node:tls";
import {
  isTlsWanted,
  type ClientAuth,
  type TlsVersion,
  type WebTlsConfig,
} from "@tocsin/domain/config";
import { AppError } from "@tocsin/foundation";
import type { ReadWebFile } from "./web-config-file.ts";
import { fileWords, WebConfigFault } from "./web-config-fault.ts";

/** What is asked of clients, beside the contents of the handshake itself. */
export interface ClientPolicy {
  readonly asks: boolean;
  /** Refused in the handshake when it is missing or not signed by a known CA. */
  readonly verifies: boolean;
  /** Refused after the handshake when it is missing. */
  readonly needsOne: boolean;
  /** Refused after the handshake when it is there and not signed by a known CA. */
  readonly verifiesIfGiven: boolean;
  /** One of them must be a name of the certificate; undefined: any name. */
  readonly allowedSans: ReadonlySet<string> | undefined;
}

export interface TlsSettings {
  readonly context: SecureContextOptions;
  readonly clients: ClientPolicy;
}

const VERSIONS: Readonly<Record<TlsVersion, SecureVersion>> = {
  TLS10: "TLSv1",
  TLS11: "TLSv1.1",
  TLS12: "TLSv1.2",
  TLS13: "TLSv1.3",
};

const CURVES: ReadonlyMap<string, string> = new Map([
  ["CurveP256", "P-256"],
  ["CurveP384", "P-384"],
  ["CurveP521", "P-521"],
  ["X25519", "X25519"],
]);

/** TLS 1.3 has these; as in Go they cannot be chosen. */
const MODERN_CIPHERS: readonly string[] = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
];

/**
 * For TLS 1.2 and older when the configuration names none: as Go 1.22 and later nothing whose key exchange is
 * RSA's own, which keeps no secret once the key is known, and neither 3DES nor RC4. In Go's order.
 */
const DEFAULT_CIPHERS: readonly string[] = [
  "AES128-GCM-SHA256",
  "AES256-GCM-SHA384",
  "CHACHA20-POLY1305",
  "AES128-SHA",
  "AES256-SHA",
].flatMap((suite) => [`ECDHE-ECDSA-${suite}`, `ECDHE-RSA-${suite}`]);

/** Reads the files that the configuration names. Rejects when one cannot be read, by its key. */
export async function readTlsSettings(
  config: WebTlsConfig,
  readFile: ReadWebFile,
): Promise<TlsSettings> {
  if (!isTlsWanted(config)) {
    throw new AppError(
      "invalid-argument",
      "Cannot serve TLS: the web configuration has no certificate",
    );
  }
  const { cert, certFile, key, keyFile, clientCa, clientCaFile } = config;
  const read = (field: string, path: string): Promise<string> => readText(readFile, field, path);
  const context: SecureContextOptions = {
    cert: certFile === "" ? cert : await read("cert_file", certFile),
    key: keyFile === "" ? key : await read("key_file", keyFile),
    honorCipherOrder: config.preferServerCipherSuites,
    ecdhCurve: config.curvePreferences?.map((name) => CURVES.get(name)).join(":") || "auto",
    ...versionsOf(config),
    ...ciphersOf(config),
  };
  const ca = clientCaFile === "" ? clientCa : await read("client_ca_file", clientCaFile);
  if (ca !== "") context.ca = ca;
  return { context, clients: clientPolicyOf(config) };
}

function versionsOf({ minVersion, maxVersion }: WebTlsConfig): SecureContextOptions {
  return {
    ...(minVersion === undefined ? undefined : { minVersion: VERSIONS[minVersion] }),
    ...(maxVersion === undefined ? undefined : { maxVersion: VERSIONS[maxVersion] }),
  };
}

function ciphersOf({ cipherSuites, minVersion }: WebTlsConfig): SecureContextOptions {
  // OpenSSL calls what TLS 1.0 and 1.1 do too weak, unless it is told to lower its standards.
  const isOld = minVersion === "TLS10" || minVersion === "TLS11";
  const level = isOld ? ["@SECLEVEL=0"] : [];
  const named = cipherSuites ?? [];
  const older = named.filter((name) => !MODERN_CIPHERS.includes(name)).map(openSslCipher);
  const chosen = named.length === 0 ? DEFAULT_CIPHERS : older;
  return { ciphers: [...MODERN_CIPHERS, ...chosen, ...level].join(":") };
}

/** `TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA` is `ECDHE-RSA-AES128-SHA` there. */
function openSslCipher(name: string): string {
  return name
    .replace("TLS_", "")
    .replace("_WITH_", "_")
    .replace(/AES_(\d+)/, "AES$1")
    .replace("_CBC", "")
    .replace("POLY1305_SHA256", "POLY1305")
    .replaceAll("_", "-");
}

function clientPolicyOf({ clientAuth, clientAllowedSans }: WebTlsConfig): ClientPolicy {
  const isOneOf = (...policies: readonly ClientAuth[]): boolean => policies.includes(clientAuth);
  return {
    asks: !isOneOf("", "NoClientCert"),
    verifies: isOneOf("RequireAndVerifyClientCert"),
    needsOne: isOneOf("RequireAnyClientCert", "RequireClientCert"),
    verifiesIfGiven: isOneOf("VerifyClientCertIfGiven"),
    allowedSans: clientAllowedSans === undefined ? undefined : new Set(clientAllowedSans),
  };
}

/** Throws what is wrong. OpenSSL's own words name no key of the file, so each part is tried alone first. */
export function checkTlsSettings({ context }: TlsSettings): void {
  // Both are texts: nothing else is read.
  const { cert, key } = context as { readonly cert: string; readonly key: string };
  const certificate = tried("the certificate", () => new X509Certificate(cert));
  const privateKey = tried("the key", () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new WebConfigFault(
      "Cannot use the key: it is not that of the certificate",
      "failed to load X509KeyPair: tls: private key does not match public key",
    );
  }
  tried("tls_server_config", () => createSecureContext(context));
}

function tried<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new WebConfigFault(`Cannot use ${what}: ${why}`, `failed to load X509KeyPair: ${why}`);
  }
}

async function readText(readFile: ReadWebFile, field: string, path: string): Promise<string> {
  try {
    return (await readFile(path)).toString("utf8");
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    const words = `failed to read ${field} (${path}): ${fileWords(path, thrown)}`;
    throw new WebConfigFault(`Cannot read ${field}: ${why}`, words);
  }
}
