/** The web port: the API put together as the flags want it, and the addresses where it listens. */
import { systemClock } from "@tocsin/clock-system";
import type { MatcherMode } from "@tocsin/domain/matcher";
import type { InstanceApi, TenantApi } from "@tocsin/engine/api";
import type { Instance } from "@tocsin/engine/instance";
import type { Logger, MetricRegistry } from "@tocsin/foundation";
import {
  createHttpApi,
  DEFAULT_HTTP_API_OPTIONS,
  type ClusterStatus,
  type HttpApi,
} from "@tocsin/http-api";
import { MetricsPage } from "@tocsin/telemetry";
import { buildInfo, versionInfo } from "./build-info.ts";
import type { ConfigSource } from "./config-source.ts";
import { routePrefixOf } from "./external-url.ts";
import type { Options } from "./flags/index.ts";
import { listenOn, toldUnserved } from "./listening.ts";
import { NamedFiles } from "./named-files.ts";
import { systemdSockets } from "./socket-activation.ts";

export interface WebParts {
  readonly options: Options;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
  readonly instance: Instance;
  readonly config: ConfigSource;
  readonly cluster: ClusterStatus;
  readonly externalUrl: string;
  readonly startedAtMs: number;
  readonly mode: MatcherMode;
}

/** Nothing is opened. */
export function webApiOf(parts: WebParts, api: InstanceApi): HttpApi {
  const { options, logger, instance, externalUrl, startedAtMs, mode, metrics } = parts;
  return createHttpApi(
    {
      tenants: lazily(() => instance.api),
      instance: api,
      registry: metrics,
      metricsPage: new MetricsPage(metrics, buildInfo),
      cluster: () => parts.cluster,
      shownConfig: (settings) => parts.config.shown(settings),
      // Not behind those of receivers, which may hang.
      readWebFile: new NamedFiles({ clock: systemClock }).readWebFile,
      clock: systemClock,
      logger,
    },
    {
      ...DEFAULT_HTTP_API_OPTIONS,
      tenancy: { enabled: options.tenancy.isEnabled, default: options.tenancy.defaultTenant },
      routePrefix: routePrefixOf(options, externalUrl),
      externalUrl,
      matcherMode: mode,
      bodySizeMaxBytes: options.limits.bodySizeMaxBytes,
      itemLimits: {
        sizeMaxBytes: options.limits.itemSizeMaxBytes,
        fieldCountMax: options.limits.itemFieldCountMax,
        labelMaxChars: options.limits.labelMaxChars,
      },
      configSizeMaxBytes: options.limits.configSizeMaxBytes,
      getConcurrency: options.web.getConcurrencyMax,
      requestTimeoutMs: options.web.timeoutMs ?? 0,
      webConfigPath: options.web.configFilePath,
      versionInfo,
      startedAtMs,
    },
  );
}

/** Listens wherever the flags say. Rejects at the first address that cannot be opened. */
export async function listenOnWeb(
  http: HttpApi,
  web: Options["web"],
  logger: Logger,
): Promise<void> {
  const addresses = web.takesSystemdSockets
    ? systemdSockets(process.env, process.pid)
    : web.listenAddresses;
  const opened: string[] = [];
  for (const address of addresses) {
    const bound = await listenOn(address, (one) => http.listen(one)).catch((thrown: unknown) => {
      throw toldUnserved(thrown, logger);
    });
    opened.push(bound);
  }
  // None is told unless all are open.
  for (const address of opened) {
    logger.log("info", "Listening on", { address });
    const words = http.speaksTls ? "TLS is enabled." : "TLS is disabled.";
    logger.log("info", words, { http2: http.speaksTls, address });
  }
}

/** The engine's surface comes about on start; a request before that is refused by the getter itself. */
function lazily(get: () => TenantApi): TenantApi {
  return {
    postAlerts: (...call) => get().postAlerts(...call),
    read: (...call) => get().read(...call),
    putSilence: (...call) => get().putSilence(...call),
    expireSilence: (...call) => get().expireSilence(...call),
    getConfig: (...call) => get().getConfig(...call),
    putConfig: (...call) => get().putConfig(...call),
    checkConfig: (write) => get().checkConfig(write),
    deleteConfig: (...call) => get().deleteConfig(...call),
  };
}
