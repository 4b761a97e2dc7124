/**
 * What of an `http_config` is looked at when a configuration is loaded: what upstream refuses then. Files of
 * passwords, tokens and headers, and all that `oauth2` names, are read only when they are used. Mirrors
 * NewClientFromConfig of prometheus/common 0.70 `config/http_config.go`.
 */
import {
  JWT_BEARER,
  type HttpConfig,
  type TlsConfig,
  type TlsVersion,
} from "@tocsin/domain/config";
import { AppError } from "@tocsin/foundation";
import { findKeyPairFault, hasCertificate } from "./pem.ts";
import type { ReadSecret } from "./secrets.ts";

/** Why no client can be made. */
export interface ClientFault {
  /** Below `http_config`: `tls_config.ca_file`. */
  readonly field: string;
  /** Upstream's; they name the file, if it is one. */
  readonly words: string;
}

/** The first fault. `read` gives the content of a file, or rejects with why not, which names the file. */
export async function findClientFault(
  config: HttpConfig,
  read: ReadSecret,
): Promise<ClientFault | undefined> {
  const { tlsConfig } = config;
  return versionFault(tlsConfig) ?? (await findPemFault(tlsConfig, read)) ?? referenceFault(config);
}

/** What is wrong with the certificates and the key. Upstream looks at their files anew when they change. */
export async function findPemFault(
  tls: TlsConfig,
  read: ReadSecret,
): Promise<ClientFault | undefined> {
  return (await caFault(tls, read)) ?? (await clientCertificateFault(tls, read));
}

const VERSIONS: readonly TlsVersion[] = ["TLS10", "TLS11", "TLS12", "TLS13"];

function versionFault({ minVersion, maxVersion }: TlsConfig): ClientFault | undefined {
  if (minVersion === undefined || maxVersion === undefined) return undefined;
  if (VERSIONS.indexOf(maxVersion) >= VERSIONS.indexOf(minVersion)) return undefined;
  const words =
    "tls_config.max_version must be greater than or equal to tls_config.min_version if both are specified";
  return { field: "tls_config.max_version", words };
}

/** One of the PEM texts of a TLS configuration. */
interface Pem {
  /** Its key in YAML when it is written there. */
  readonly name: string;
  readonly text: string;
  readonly file: string;
  readonly ref: string;
  /** As upstream calls it. */
  readonly what: string;
}

async function caFault(tls: TlsConfig, read: ReadSecret): Promise<ClientFault | undefined> {
  const pem = { name: "ca", text: tls.ca, file: tls.caFile, ref: tls.caRef, what: "CA cert" };
  if (!isSet(pem)) return undefined;
  const found = await textOf(pem, read, "");
  if (typeof found !== "string") return found;
  if (await hasCertificate(found)) return undefined;
  return faultOf(pem, `unable to use specified CA cert ${described(pem)}`);
}

async function clientCertificateFault(
  tls: TlsConfig,
  read: ReadSecret,
): Promise<ClientFault | undefined> {
  const { cert: certText, certFile, certRef, key: keyText, keyFile, keyRef } = tls;
  const cert = { name: "cert", text: certText, file: certFile, ref: certRef, what: "client cert" };
  const key = { name: "key", text: keyText, file: keyFile, ref: keyRef, what: "client key" };
  if (!isSet(cert) || !isSet(key)) return undefined;
  const certPem = await textOf(cert, read, "specified ");
  if (typeof certPem !== "string") return certPem;
  const keyPem = await textOf(key, read, "specified ");
  if (typeof keyPem !== "string") return keyPem;
  const fault = findKeyPairFault(certPem, keyPem);
  if (fault === undefined) return undefined;
  const both = `client cert (${described(cert)}) & key (${described(key)})`;
  const words = `unable to use specified ${both}: ${fault.words}`;
  return faultOf(fault.of === "cert" ? cert : key, words);
}

/** Its text, or why there is none. */
async function textOf(
  pem: Pem,
  read: ReadSecret,
  specified: "" | "specified ",
): Promise<string | ClientFault> {
  if (pem.text !== "") return pem.text;
  if (pem.file === "") return faultOf(pem, `unable to use ${pem.what}: ${NO_MANAGER}`);
  try {
    return await read(pem.file);
  } catch (error) {
    const why = `unable to read file ${pem.file}: ${AppError.from(error).message}`;
    return faultOf(pem, `unable to read ${specified}${pem.what}: ${why}`);
  }
}

function isSet({ text, file, ref }: Pem): boolean {
  return text !== "" || file !== "" || ref !== "";
}

function described({ text, file }: Pem): string {
  return text === "" ? `file ${file}` : "inline";
}

function faultOf({ name, text, file }: Pem, words: string): ClientFault {
  const kind = text === "" ? (file === "" ? "_ref" : "_file") : "";
  return { field: `tls_config.${name}${kind}`, words };
}

const NO_MANAGER = "cannot use secret ref without manager";

/** A name of a secret: there is no place where such secrets are kept, as upstream has none either. */
function referenceFault(config: HttpConfig): ClientFault | undefined {
  const { authorization, basicAuth, oauth2 } = config;
  const references: readonly (readonly [string | undefined, string, string])[] = [
    [authorization?.credentialsRef, "authorization.credentials_ref", "credentials"],
    [basicAuth?.usernameRef, "basic_auth.username_ref", "username"],
    [basicAuth?.passwordRef, "basic_auth.password_ref", "password"],
    oauth2?.grantType === JWT_BEARER
      ? [oauth2.clientCertificateKeyRef, "oauth2.client_certificate_key_ref", "client certificate"]
      : [oauth2?.clientSecretRef, "oauth2.client_secret_ref", "client secret"],
  ];
  const found = references.find(([reference = ""]) => reference !== "");
  return found && { field: found[1], words: `unable to use ${found[2]}: ${NO_MANAGER}` };
}
