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

it("ConfigMetrics.loaded() counts receivers that routes use, their integrations and the rules", () => {
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
  metrics.loaded(result.settings, { bytes: Buffer.from("a"), atMs: 1_500 });
  const shown = [...registry.families].map(([name, { series }]) => [
    name,
    [...series.values()].map(({ data }) => ("value" in data ? data.value : undefined)),
  ]);
  expect(Object.fromEntries(shown)).toEqual({
    alertmanager_config_last_reload_successful: [1],
    alertmanager_config_last_reload_success_timestamp_seconds: [1.5],
    // The first six bytes of 0cc175b9c0f1b6a831c399e269772661.
    alertmanager_config_hash: [0xf1_c0_b9_75_c1_0c],
    alertmanager_receivers: [2],
    alertmanager_integrations: [2],
    alertmanager_inhibition_rules: [2],
  });
});
