import { bool, field, parsedText, secret, shown, struct, text } from "./schema/index.ts";
import type { Report, Shape, StructShape } from "./schema/index.ts";

/** How to speak TLS with a service. A text that is empty is not set. */
export interface TlsConfig {
  readonly ca: string;
  readonly cert: string;
  /** Secret. */
  readonly key: string;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly caRef: string;
  readonly certRef: string;
  readonly keyRef: string;
  readonly serverName: string;
  readonly insecureSkipVerify: boolean;
  readonly minVersion: TlsVersion | undefined;
  readonly maxVersion: TlsVersion | undefined;
}

export type TlsVersion = "TLS10" | "TLS11" | "TLS12" | "TLS13";

const TLS_VERSIONS: readonly TlsVersion[] = ["TLS10", "TLS11", "TLS12", "TLS13"];

/** One of Go's names of a version; empty is not set. */
export const tlsVersion: Shape<TlsVersion | undefined> = parsedText<TlsVersion | undefined>({
  wanted: "a TLS version",
  zero: undefined,
  parse: (written) => {
    const value = TLS_VERSIONS.find((version) => version === written);
    if (value !== undefined) return { value };
    const wanted = TLS_VERSIONS.join(", ");
    return {
      problem: `TLS version ${JSON.stringify(written)} is unknown; wanted one of ${wanted}`,
    };
  },
  encode: (value) => ({ kind: "text", text: value ?? "" }),
  isZero: (value) => value === undefined,
});

/** Mirrors TLSConfig of prometheus/common 0.70 `config/http_config.go`. */
export const tlsConfig: StructShape<TlsConfig> = struct<TlsConfig>(
  {
    ca: field("ca", text),
    cert: field("cert", text),
    key: field("key", secret),
    caFile: field("ca_file", text),
    certFile: field("cert_file", text),
    keyFile: field("key_file", text),
    caRef: field("ca_ref", text),
    certRef: field("cert_ref", text),
    keyRef: field("key_ref", text),
    serverName: field("server_name", text),
    insecureSkipVerify: shown("insecure_skip_verify", bool),
    minVersion: field("min_version", tlsVersion),
    maxVersion: field("max_version", tlsVersion),
  },
  { check: checkTls },
);

function checkTls(tls: TlsConfig, report: Report): void {
  if (countSet(tls.ca, tls.caFile, tls.caRef) > 1) {
    report('at most one of "ca", "ca_file" and "ca_ref" may be set');
  }
  if (countSet(tls.cert, tls.certFile, tls.certRef) > 1) {
    report('at most one of "cert", "cert_file" and "cert_ref" may be set');
  }
  if (countSet(tls.key, tls.keyFile, tls.keyRef) > 1) {
    report('at most one of "key", "key_file" and "key_ref" may be set');
  }
  const hasCert = countSet(tls.cert, tls.certFile, tls.certRef) > 0;
  const hasKey = countSet(tls.key, tls.keyFile, tls.keyRef) > 0;
  if (hasCert && !hasKey) report('a client certificate needs one of "key" and "key_file" too');
  if (hasKey && !hasCert) report('a client key needs one of "cert" and "cert_file" too');
}

/** How many of some texts are not empty. */
export function countSet(...texts: readonly string[]): number {
  return texts.filter((value) => value !== "").length;
}
