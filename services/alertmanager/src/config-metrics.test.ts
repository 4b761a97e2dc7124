import { parseConfig } from "@tocsin/domain/config";
import { SettingsCache } from "@tocsin/engine/tenant";
import { MetricRegistry } from "@tocsin/foundation";
import { expect, it } from "vitest";
import { ConfigMetrics } from "./config-metrics.ts";

const TEXT = `
route: {receiver: a, routes: [{receiver: b, routes: [{}]}]}
receivers:
- name: a
  webhook_configs: [{url: 'http://a'}, {url: 'http://b'}]
- name: b
- name: unused
  webhook_configs: [{url: 'http://c'}]
inhibit_rules:
- {source_matchers: [x=1], target_matchers: [y=1]}
- {source_matchers: [x=2], target_matchers: [y=2]}
`;

it("ConfigMetrics.show() counts receivers that routes use, their integrations and the rules", () => {
  const registry = new MetricRegistry();
  const metrics = new ConfigMetrics(registry);
  const cache = new SettingsCache({
    parse: ({ text }) => {
      const parsed = parseConfig(text, { matcherMode: "fallback" });
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      return parsed.config;
    },
  });
  const result = cache.get({ text: TEXT, templates: {} });
  if (!result.ok) throw result.error;
  metrics.show(result.settings);
  const shown = [...registry.families].map(([name, { series }]) => [
    name,
    [...series.values()].map(({ data }) => ("value" in data ? data.value : undefined)),
  ]);
  expect(Object.fromEntries(shown)).toEqual({
    alertmanager_receivers: [2],
    alertmanager_integrations: [2],
    alertmanager_inhibition_rules: [2],
  });
});
