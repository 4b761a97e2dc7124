import { expect, test } from "vitest";

import { parseConfig } from "./parse-config.ts";

test("parseConfig() tells of every list of matchers in the order of the text", () => {
  const seen: string[] = [];
  parseConfig(
    "route: {receiver: a, routes: [{matchers: ['b=', 'c=\"d\"'], receiver: a}]}\n" +
      "inhibit_rules: [{source_matchers: ['e=~\"(\"']}]\nreceivers: [{name: a}]\n",
    {
      onMatchers(text, parsed) {
        seen.push(`${text} ${parsed.ok ? (parsed.warning?.kind ?? "read") : "refused"}`);
      },
    },
  );
  expect(seen).toEqual(["b= incompatible", 'c="d" read', 'e=~"(" refused']);
});
