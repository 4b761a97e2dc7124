import { createHash } from "node:crypto";
import { usedReceivers, type TenantSettings } from "@tocsin/engine/tenant";
import type { MetricRegistry, Series } from "@tocsin/foundation";

/** Upstream's gauges of the file: how it was loaded, and what it configures, without what no route uses. */
export class ConfigMetrics {
  readonly #succeeded: Series;
  readonly #succeededAt: Series;
  readonly #hash: Series;
  readonly #receivers: Series;
  readonly #integrations: Series;
  readonly #inhibitRules: Series;

  constructor(metrics: MetricRegistry) {
    this.#succeeded = metrics
      .gauge(
        "alertmanager_config_last_reload_successful",
        "Whether the last configuration reload attempt was successful.",
      )
      .with();
    this.#succeededAt = metrics
      .gauge(
        "alertmanager_config_last_reload_success_timestamp_seconds",
        "Timestamp of the last successful configuration reload.",
      )
      .with();
    this.#hash = metrics
      .gauge(
        "alertmanager_config_hash",
        "Hash of the currently loaded alertmanager configuration. Note that this is not a " +
          "cryptographically strong hash.",
      )
      .with();
    const gauge = (what: string, help: string): Series =>
      metrics.gauge(`alertmanager_${what}`, `Number of configured ${help}.`).with();
    this.#receivers = gauge("receivers", "receivers");
    this.#integrations = gauge("integrations", "integrations");
    this.#inhibitRules = gauge("inhibition_rules", "inhibition rules");
  }

  failed(): void {
    this.#succeeded.set(0);
  }

  /** `bytes` are those of the file. */
  loaded(
    settings: TenantSettings,
    { bytes, atMs }: { readonly bytes: Buffer; readonly atMs: number },
  ): void {
    this.#succeeded.set(1);
    this.#succeededAt.set(atMs / 1_000);
    this.#hash.set(hashOf(bytes));
    const used = usedReceivers(settings);
    this.#receivers.set(used.length);
    this.#integrations.set(used.reduce((sum, { integrations }) => sum + integrations.length, 0));
    this.#inhibitRules.set(settings.inhibitRules.list.length);
  }
}

/** The first six bytes of the MD5 as a number, little-endian, as upstream shows it. */
function hashOf(bytes: Buffer): number {
  return createHash("md5").update(bytes).digest().readUIntLE(0, 6);
}
