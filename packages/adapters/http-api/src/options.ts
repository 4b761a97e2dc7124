import type { MatcherMode } from "@tocsin/domain/matcher";
import type { BodyLimit } from "./body.ts";
import type { ItemLimits } from "./decode/json-items.ts";
import type { TenantId } from "@tocsin/domain/model";

/** How a request finds its tenant (ARCHITECTURE 1). */
export interface TenancyOptions {
  /** `--tenancy.enabled`. Off: everybody is `anonymous`, headers and `/t/…` mean nothing. */
  readonly enabled: boolean;
  /** `--tenancy.default`: for requests that name none; undefined refuses them. */
  readonly default: TenantId | undefined;
}

/** What `versionInfo` of the status says. `runtimeVersion` stands where upstream has Go's. */
export interface VersionInfo {
  /** The release of Alertmanager that clients may take this for. */
  readonly version: string;
  readonly revision: string;
  readonly branch: string;
  readonly buildUser: string;
  readonly buildDate: string;
  readonly runtimeVersion: string;
  /** This program's own, for people: the status does not say it. */
  readonly ownVersion: string;
}

export interface HttpApiOptions {
  readonly tenancy: TenancyOptions;
  /** `--web.route-prefix`, normalised: empty or `/path` without a slash at the end. */
  readonly routePrefix: string;
  /** `--web.external-url`, for links to people. */
  readonly externalUrl: string;
  readonly matcherMode: MatcherMode;
  /** Largest body that is read, for every request that has one. Default 16 MiB, as Cortex. */
  readonly bodySizeMaxBytes: number;
  /** Of one alert or silence as it is sent: larger ones are refused alone, with their place. */
  readonly itemLimits: ItemLimits;
  /** Largest configuration of a tenant. */
  readonly configSizeMaxBytes: number;
  /** `--web.get-concurrency`: GET requests at once; 0 is upstream's default, see `DEFAULT_GET_CONCURRENCY`. */
  readonly getConcurrency: number;
  /** `--web.timeout`: how long a request may take before it is answered 503; 0: for ever. */
  readonly requestTimeoutMs: number;
  /** `--web.config.file`: TLS, log-in and headers; undefined: plain HTTP for everybody. */
  readonly webConfigPath: string | undefined;
  /** How long `close` waits for requests under way. Upstream: 5 s. */
  readonly shutdownTimeoutMs: number;
  readonly versionInfo: VersionInfo;
  readonly startedAtMs: number;
}

/** What is read of a request that may hold many things. */
export function bodyLimit({ bodySizeMaxBytes }: HttpApiOptions): BodyLimit {
  return { sizeMaxBytes: bodySizeMaxBytes, flag: "--limits.max-body-bytes" };
}

/** What is read of a request that holds one silence. */
export function silenceLimit(options: HttpApiOptions): BodyLimit {
  const { sizeMaxBytes } = options.itemLimits;
  if (sizeMaxBytes > options.bodySizeMaxBytes) return bodyLimit(options);
  return { sizeMaxBytes, flag: "--limits.max-item-bytes" };
}

/** What is read of a request that holds a configuration, however little of alerts is read. */
export function configLimit({ configSizeMaxBytes }: HttpApiOptions): BodyLimit {
  return { sizeMaxBytes: configSizeMaxBytes, flag: "--limits.max-config-bytes" };
}

/** Upstream takes the number of CPUs, at least 8. Here one thread answers: more would only wait longer. */
export const DEFAULT_GET_CONCURRENCY = 8;

/** Everything that has a sensible default. */
export const DEFAULT_HTTP_API_OPTIONS: Omit<HttpApiOptions, "versionInfo" | "startedAtMs"> = {
  tenancy: { enabled: false, default: undefined },
  routePrefix: "",
  externalUrl: "http://localhost:9093/",
  matcherMode: "fallback",
  bodySizeMaxBytes: 16 * 1024 * 1024,
  itemLimits: { sizeMaxBytes: 256 * 1024, fieldCountMax: 1_000, labelMaxChars: 8_192 },
  configSizeMaxBytes: 512 * 1024,
  getConcurrency: DEFAULT_GET_CONCURRENCY,
  requestTimeoutMs: 0,
  webConfigPath: undefined,
  shutdownTimeoutMs: 5_000,
};
