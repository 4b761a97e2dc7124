import { headersShape } from "./http-headers.ts";
import type { HttpHeaders } from "./http-headers.ts";
import {
  bool,
  duration,
  field,
  float,
  optional,
  parsedText,
  struct,
  text,
} from "./schema/index.ts";
import type { Report, Shape, StructShape } from "./schema/index.ts";
import { tlsConfig } from "./tls-config.ts";
import type { TlsConfig } from "./tls-config.ts";

/** Where traces go. Mirrors `tracing/config.go` of Alertmanager 0.34. */
export interface TracingConfig {
  readonly clientType: TracingClientType;
  /** Empty: no tracing. */
  readonly endpoint: string;
  /** From 0 (the default: nothing is sampled) to 1; not checked, as upstream. */
  readonly samplingFraction: number;
  readonly insecure: boolean;
  readonly tlsConfig: TlsConfig | undefined;
  readonly headers: HttpHeaders | undefined;
  /** `gzip` or empty. */
  readonly compression: string;
  /** 0: the exporter's own. */
  readonly timeoutMs: number;
}

export type TracingClientType = "" | "grpc" | "http";

const clientType: Shape<TracingClientType> = parsedText<TracingClientType>({
  wanted: "a text",
  zero: "",
  parse: (written) => {
    if (written === "grpc" || written === "http") return { value: written };
    return { problem: `tracing client type "http" or "grpc" wanted, "${written}" found` };
  },
  encode: (value) => ({ kind: "text", text: value }),
  isZero: (value) => value === "",
});

export const tracing: StructShape<TracingConfig> = struct<TracingConfig>(
  {
    clientType: field("client_type", clientType, "grpc"),
    endpoint: field("endpoint", text),
    samplingFraction: field("sampling_fraction", float),
    insecure: field("insecure", bool),
    tlsConfig: field("tls_config", optional(tlsConfig)),
    headers: field("headers", headersShape),
    compression: field("compression", text),
    timeoutMs: field("timeout", duration),
  },
  { check: checkTracing },
);

function checkTracing(given: TracingConfig, report: Report): void {
  if (given.endpoint === "") report('the tracing "endpoint" is missing');
  if (given.compression !== "" && given.compression !== "gzip") {
    const reason = `compression type "${given.compression}" is unknown; wanted gzip or none`;
    report(reason, { key: "compression" });
  }
}
