import { describe, expect, it } from "vitest";
import { parseOverrides } from "./overrides-file.ts";

const read = (text: string): unknown => {
  const parsed = parseOverrides("o.yml", text);
  if (!parsed.ok) return parsed.problem;
  return Object.fromEntries(
    [...parsed.value].map(([tenant, limits]) => [tenant, Object.fromEntries(limits)]),
  );
};

describe("parseOverrides()", () => {
  it("reads the limits of tenants", () => {
    const text = `
overrides:
  team-a:
    max-template-steps: 200000
    max-template-depth: 50
  team-b: {max-template-output-chars: 1000}
  team-c:
`;
    expect(read(text)).toEqual({
      "team-a": { "limits.max-template-steps": 200_000, "limits.max-template-depth": 50 },
      "team-b": { "limits.max-template-output-chars": 1_000 },
      "team-c": {},
    });
  });

  it.for(["", "# nothing", "overrides:", "overrides: {}"])("takes %j for nobody", (text) => {
    expect(read(text)).toEqual({});
  });

  const problems = [
    { name: "no YAML", text: "overrides: [", problem: /^o\.yml:1:\d+: / },
    { name: "a list", text: "- a", problem: "o.yml:1:1: the file must hold keys" },
    {
      name: "another root",
      text: "tenants: {}",
      problem: 'o.yml:1:1: unknown key "tenants", "overrides" is wanted',
    },
    {
      name: "a list of tenants",
      text: "overrides:\n- team-a",
      problem: 'o.yml:1:1: "overrides" must hold keys',
    },
    {
      name: "a tenant that cannot be",
      text: "overrides:\n  a/b: {}",
      problem: 'o.yml:2:3: "a/b" is no name of a tenant',
    },
    {
      name: "a tenant twice",
      text: "overrides:\n  a: {}\n  a: {}",
      problem: 'o.yml:3:3: "a" is set a second time',
    },
    {
      name: "a misspelt limit",
      text: "overrides:\n  a:\n    max-template-step: 5000",
      problem: 'o.yml:3:5: unknown limit "max-template-step", did you mean "max-template-steps"?',
    },
    {
      name: "a flag that holds for all",
      text: "overrides: {a: {max-body-bytes: 5000}}",
      problem: /^o\.yml:1:17: unknown limit "max-body-bytes", /,
    },
    {
      name: "a value out of its range",
      text: "overrides:\n  a:\n    max-template-steps: 0",
      problem: /^o\.yml:3:5: "max-template-steps" of "a": .* a value from 1000 to \d+ is wanted$/,
    },
    {
      name: "a list as value",
      text: "overrides: {a: {max-template-steps: [1]}}",
      problem: 'o.yml:1:17: "max-template-steps" wants one value',
    },
  ];
  it.for(problems)("refuses $name with its place", ({ text, problem }) => {
    expect(read(text)).toEqual(
      typeof problem === "string" ? problem : expect.stringMatching(problem),
    );
  });
});
