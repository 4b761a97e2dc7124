import { systemClock } from "@tocsin/clock-system";
import { DEFAULT_LIMITS, TemplateCache } from "@tocsin/domain/template";
import { MetricRegistry, silentLogger } from "@tocsin/foundation";
import { createNotifier, type ClosableNotifier, type Firewall } from "@tocsin/integrations";

/** The notifier as the program has it, without logs. */
export function startNotifier(externalUrl: string, firewall?: Firewall): ClosableNotifier {
  return createNotifier({
    ...(firewall && { firewall }),
    clock: systemClock,
    logger: silentLogger,
    metrics: new MetricRegistry(),
    externalUrl,
    version: "0.34.0",
    templates: new TemplateCache(),
    templateLimits: () => DEFAULT_LIMITS,
  });
}
