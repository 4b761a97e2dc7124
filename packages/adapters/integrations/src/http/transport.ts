import type { TlsConfig, TlsVersion } from "@tocsin/domain/config";
import { AppError } from "@tocsin/foundation";
import type { TransportSettings } from "./agents.ts";
import { refuseReference } from "./credentials.ts";
import type { ReadSecret } from "./secrets.ts";

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
    ca: await pemOf({ text: tls.ca, file: tls.caFile, what: "CA cert" }, readSecret),
    cert: await pemOf({ text: tls.cert, file: tls.certFile, what: "client cert" }, readSecret),
    key: await pemOf({ text: tls.key, file: tls.keyFile, what: "client key" }, readSecret),
    serverName: tls.serverName,
    insecureSkipVerify: tls.insecureSkipVerify,
    minVersion: tls.minVersion === undefined ? undefined : VERSIONS[tls.minVersion],
    maxVersion: tls.maxVersion === undefined ? undefined : VERSIONS[tls.maxVersion],
  };
}

async function pemOf(
  source: { readonly text: string; readonly file: string; readonly what: string },
  readSecret: ReadSecret,
): Promise<string> {
  if (source.file === "") return source.text;
  try {
    return await readSecret(source.file);
  } catch (error) {
    const message = `unable to read ${source.what}: ${AppError.from(error).message}`;
    throw new AppError("unavailable", message, { cause: error });
  }
}
