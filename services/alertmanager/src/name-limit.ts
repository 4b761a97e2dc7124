import type { NameLimit } from "@tocsin/engine/tenant";
import type { MetricRegistry } from "@tocsin/foundation";
import type { Options } from "./flags/index.ts";

/** The limit of `--alerts.per-alertname-limit` with upstream's metrics; nothing if there is none. */
export function nameLimitOf(
  options: Pick<Options, "alerts" | "features">,
  metrics: MetricRegistry,
): { readonly nameLimit?: NameLimit } {
  const countMax = options.alerts.perAlertnameMax;
  metrics
    .gauge(
      "alertmanager_alerts_per_alert_limit",
      "Current limit on number of alerts per alert name",
    )
    .with()
    .set(countMax);
  const isNamed = options.features.has("alert-names-in-metrics");
  // As upstream has it, a negative one is none too, and where none is nothing is counted.
  if (countMax <= 0) return {};
  const limited = metrics.counter(
    "alertmanager_alerts_limited_total",
    "Total number of alerts that were dropped due to per alert name limit",
    isNamed ? ["alertname"] : [],
  );
  const onLimited = (alertname: string): void => {
    (isNamed ? limited.with(alertname) : limited.with()).inc();
  };
  return { nameLimit: { countMax, onLimited } };
}
