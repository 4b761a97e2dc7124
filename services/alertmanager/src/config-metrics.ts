import { walkRoutes } from "@tocsin/domain/route";
import type { TenantSettings } from "@tocsin/engine/tenant";
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
    const used = new Set<string>();
    for (const { receiver } of walkRoutes(settings.root)) used.add(receiver);
    let integrationCount = 0;
    for (const name of used) {
      integrationCount += settings.receivers.get(name)?.integrations.length ?? 0;
    }
    this.#receivers.set(used.size);
    this.#integrations.set(integrationCount);
    this.#inhibitRules.set(settings.inhibitRules.list.length);
  }
}
