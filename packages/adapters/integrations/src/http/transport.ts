import { isIP } from "node:net";
import {
  checkServerIdentity,
  DEFAULT_CIPHERS,
  type ConnectionOptions,
  type SecureContextOptions,
} from "node:tls";
import type { TlsConfig, TlsVersion } from "@tocsin/domain/config";
import { refuseReference, secretOf, type ReadSecret } from "./secrets.ts";

/** What two requests must have in common to share connections. PEM texts, not files. */
export interface TransportSettings {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly serverName: string;
  readonly insecureSkipVerify: boolean;
  readonly minVersion: "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3" | undefined;
  readonly maxVersion: "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3" | undefined;
}

const VERSIONS = {
  TLS10: "TLSv1",
  TLS11: "TLSv1.1",
  TLS12: "TLSv1.2",
  TLS13: "TLSv1.3",
} as const satisfies Record<TlsVersion, TransportSettings["minVersion"]>;

/** How connections are made when nothing is configured. */
export const PLAIN_TRANSPORT: TransportSettings = {
  ca: "",
  cert: "",
  key: "",
  serverName: "",
  insecureSkipVerify: false,
  minVersion: undefined,
  maxVersion: undefined,
};

/** Reads the files of a TLS configuration anew, so that a renewed certificate is used at once. */
export async function transportOf(
  tls: TlsConfig,
  readSecret: ReadSecret,
): Promise<TransportSettings> {
  refuseReference(tls.caRef, "ca_ref");
  refuseReference(tls.certRef, "cert_ref");
  refuseReference(tls.keyRef, "key_ref");
  return {
    ca: await secretOf({ text: tls.ca, file: tls.caFile, what: "CA cert" }, readSecret),
    cert: await secretOf({ text: tls.cert, file: tls.certFile, what: "client cert" }, readSecret),
    key: await secretOf({ text: tls.key, file: tls.keyFile, what: "client key" }, readSecret),
    serverName: tls.serverName,
    insecureSkipVerify: tls.insecureSkipVerify,
    minVersion: tls.minVersion === undefined ? undefined : VERSIONS[tls.minVersion],
    maxVersion: tls.maxVersion === undefined ? undefined : VERSIONS[tls.maxVersion],
  };
}

type Naming = Pick<ConnectionOptions, "servername" | "checkServerIdentity">;
type TlsOptions = SecureContextOptions & Pick<ConnectionOptions, "rejectUnauthorized"> & Naming;

/**
 * For `tls.connect()`; what is not configured is left to it. As with Go each certificate of `ca` is trusted
 * by itself, also one of an intermediate CA and the receiver's own.
 */
export function tlsOptionsOf(settings: TransportSettings): TlsOptions {
  const { ca, cert, key, serverName, minVersion, maxVersion } = settings;
  return {
    rejectUnauthorized: !settings.insecureSkipVerify,
    ...(ca === "" ? {} : { ca, allowPartialTrustChain: true }),
    ...(cert === "" ? {} : { cert }),
    ...(key === "" ? {} : { key }),
    ...namingOf(serverName),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    // OpenSSL has the old versions only where it asks nothing of keys and signatures.
    ...(minVersion === "TLSv1" || minVersion === "TLSv1.1"
      ? { ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=0` }
      : {}),
  };
}

/** No server is told an address as its name (RFC 6066), yet its certificate must be for that. */
function namingOf(serverName: string): Naming {
  if (serverName === "") return {};
  const address = serverName.replace(/^\[(.*)\]$/, "$1");
  if (isIP(address) === 0) return { servername: serverName };
  return {
    servername: "",
    checkServerIdentity: (_, certificate) => checkServerIdentity(address, certificate),
  };
}
