import { expect, it } from "vitest";
import type { TenantId } from "@tocsin/domain/model";
import { parseOverrides } from "./overrides-file.ts";
import { parseSettings } from "./settings-file.ts";
import { shownOverrides, shownSettings } from "./shown-settings.ts";

const GIVEN = new Map([
  ["ring.store", ["redis://:pa@ss/word@redis.example:6379"]],
  ["state.store", ["redis://ann:s3cret@r"]],
  ["web.listen-address", [":9093", "[::1]:9094"]],
  ["tenancy.enabled", ["true"]],
  ["web.external-url", ['http://am.example/"a"']],
]);

it("shownSettings() is a settings file, without credentials", () => {
  const { all, given, defaults } = shownSettings(GIVEN);
  expect(given).not.toMatch(/s3cret|ann|word/);
  const texts = (text: string) => {
    const parsed = parseSettings("s.yml", text);
    return parsed.ok ? Object.fromEntries(parsed.value) : expect.unreachable(parsed.problem);
  };
  expect(texts(given)).toMatchObject({
    "state.store": ["redis://<secret>@r"],
    "web.listen-address": [":9093", "[::1]:9094"],
    "tenancy.enabled": ["true"],
    "web.external-url": ['http://am.example/"a"'],
  });
  expect(texts(all)).toEqual({ ...texts(defaults), ...texts(given) });
  expect(texts(defaults)).toMatchObject({
    "ring.store": ["memory:"],
    "tenancy.enabled": ["false"],
  });
  expect(shownSettings(new Map()).given).toBe("{}\n");
});

it("shownOverrides() is an overrides file", () => {
  const text = 'overrides:\n  "a":\n    max-template-steps: 2000\n    max-template-depth: 20\n';
  const parsed = parseOverrides("o.yml", text);
  if (!parsed.ok) return expect.unreachable(parsed.problem);
  expect(shownOverrides(parsed.value)).toBe(text);
  expect(shownOverrides(new Map([["b" as TenantId, new Map()]]))).toBe("overrides: {}\n");
});
