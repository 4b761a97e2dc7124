import { describe, expect, test } from "vitest";

import { codeOf, TIDY_RULES } from "./rules.ts";
import { shippedFiles, sourceFiles } from "./sources.ts";

// The rules and their samples name what they forbid.
const files = sourceFiles()
  .filter(({ path }) => !path.startsWith("test/tidy/"))
  .map((file) => ({ ...file, code: codeOf(file.text) }));
const shipped = shippedFiles(files);

test("sourceFiles() finds the sources and nothing that was built", () => {
  const paths = files.map((file) => file.path);
  expect(paths).toContain("packages/foundation/src/clock.ts");
  expect(paths.filter((path) => /node_modules|\/dist\//.test(path))).toEqual([]);
});

describe.each(TIDY_RULES)("tidy: $name", (rule) => {
  test("finds a planted fault", () => {
    const { broken: text, path } = rule;
    expect(rule.applies(path)).toBe(true);
    expect(rule.find({ text, code: codeOf(text), path })).not.toEqual([]);
  });

  test("lets pass what keeps it", () => {
    const path = rule.path.replace("/utils/", "/text/");
    expect(rule.find({ text: rule.kept, code: codeOf(rule.kept), path })).toEqual([]);
  });

  test(`holds everywhere, else ${rule.instead}`, () => {
    const found = files
      .filter(({ path }) => rule.applies(path) && (rule.ofTests !== "free" || shipped.has(path)))
      .flatMap((file) => rule.find(file).map((line) => `${file.path}:${line}`));
    expect(found).toEqual([]);
  });
});

test("codeOf() blanks comments and strings and keeps the lines", () => {
  expect(codeOf('a("x // y"); // b\n/* c\nd */ e')).toBe('a("      ");     \n    \n     e');
});
