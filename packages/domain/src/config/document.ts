/** The whole configuration as it is written. Mirrors Config of `config/config.go` in Alertmanager 0.34. */
import { eventRecorder } from "./event-recorder.ts";
import type { EventRecorderConfig } from "./event-recorder.ts";
import { checkGlobal, globalConfig } from "./global.ts";
import type { GlobalConfig } from "./global.ts";
import { inhibitRule, inhibitRuleConfig } from "./inhibit-rule.ts";
import type { InhibitRuleDocument } from "./inhibit-rule.ts";
import { inheritGlobal, receiver, receiverConfig } from "./receiver.ts";
import type { ReceiverDocument } from "./receiver.ts";
import { checkRoutes } from "./references.ts";
import { route, routeConfig } from "./route.ts";
import type { RouteDocument } from "./route.ts";
import { field, listOf, optional, shown, struct, textList } from "./schema/index.ts";
import type { Draft, Scope, StructShape } from "./schema/index.ts";
import { muteTimeIntervals, timeIntervalConfig, timeIntervals } from "./time-interval.ts";
import type { NamedTimeIntervals } from "./time-interval.ts";
import { tracing } from "./tracing.ts";
import type { TracingConfig } from "./tracing.ts";
import type { Config, RouteConfig, TimeIntervalConfig } from "./types.ts";

/** Everything that the text says, with defaults and inheritance applied: what `marshalConfig` writes. */
export interface ConfigDocument {
  readonly global: GlobalConfig | undefined;
  readonly route: RouteDocument | undefined;
  readonly inhibitRules: readonly InhibitRuleDocument[] | undefined;
  readonly receivers: readonly ReceiverDocument[] | undefined;
  readonly templates: readonly string[] | undefined;
  readonly muteTimeIntervals: readonly NamedTimeIntervals[] | undefined;
  readonly timeIntervals: readonly NamedTimeIntervals[] | undefined;
  readonly tracing: TracingConfig;
  readonly eventRecorder: EventRecorderConfig;
}

export const configDocument: StructShape<ConfigDocument> = struct<ConfigDocument>({
  global: field("global", optional(globalConfig)),
  route: field("route", optional(route)),
  inhibitRules: field("inhibit_rules", listOf(inhibitRule, "a list of inhibition rules")),
  receivers: field("receivers", listOf(receiver, "a list of receivers")),
  templates: shown("templates", textList),
  muteTimeIntervals: field("mute_time_intervals", listOf(muteTimeIntervals)),
  timeIntervals: field("time_intervals", listOf(timeIntervals)),
  tracing: field("tracing", tracing),
  eventRecorder: field("event_recorder", eventRecorder),
});

/** Applies inheritance and checks what no structure can check by itself. */
export function completeDocument(document: Draft<ConfigDocument>, scope: Scope): void {
  const global: Draft<GlobalConfig> = document.global ?? globalConfig.initial();
  document.global = global;
  checkGlobal(global, (message, place) =>
    scope.ruleProblemAt(global, `Cannot use "global": ${message}`, place),
  );
  for (const [index, item] of (document.receivers ?? []).entries()) {
    inheritGlobal(item, { index, global, scope });
  }
  checkRoutes(document, scope);
}

/** The document as the rest of the program sees it. */
export function configFrom(document: ConfigDocument, root: RouteDocument): Config {
  const intervals = new Map<string, readonly TimeIntervalConfig[]>();
  const named = [...(document.muteTimeIntervals ?? []), ...(document.timeIntervals ?? [])];
  for (const { name, timeIntervals: list } of named) {
    intervals.set(name, (list ?? []).map(timeIntervalConfig));
  }
  const rootConfig: RouteConfig = routeConfig(root);
  return {
    resolveTimeoutMs: document.global?.resolveTimeoutMs ?? 0,
    route: rootConfig,
    receivers: (document.receivers ?? []).map(receiverConfig),
    inhibitRules: (document.inhibitRules ?? []).map(inhibitRuleConfig),
    timeIntervals: intervals,
    templates: document.templates ?? [],
  };
}
