import { usedReceivers, type TenantSettings } from "@tocsin/engine/tenant";
import type { MetricRegistry, Series } from "@tocsin/foundation";

/** Upstream's gauges of what the loaded file configures: what no route uses does not count. */
export class ConfigMetrics {
  readonly #receivers: Series;
  readonly #integrations: Series;
  readonly #inhibitRules: Series;

  constructor(metrics: MetricRegistry) {
    const gauge = (what: string, help: string): Series =>
      metrics.gauge(`alertmanager_${what}`, `Number of configured ${help}.`).with();
    this.#receivers = gauge("receivers", "receivers");
    this.#integrations = gauge("integrations", "integrations");
    this.#inhibitRules = gauge("inhibition_rules", "inhibition rules");
  }

  show(settings: TenantSettings): void {
    const used = usedReceivers(settings);
    this.#receivers.set(used.length);
    this.#integrations.set(used.reduce((sum, { integrations }) => sum + integrations.length, 0));
    this.#inhibitRules.set(settings.inhibitRules.list.length);
  }
}
