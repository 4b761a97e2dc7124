import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { environmentName } from "./flag.ts";
import { flagsDocument, helpText } from "./help.ts";
import { FLAGS } from "./table.ts";
import { parseFlagValue } from "./value.ts";
import { VERSION } from "./version.ts";

const ROOT = join(import.meta.dirname, "../../../..");

describe("the table of flags", () => {
  test("has no two flags with one environment variable", () => {
    const names = FLAGS.keys().map(environmentName).toArray();
    expect(new Set(names).size).toBe(names.length);
  });

  test("has no flag that is also the folder of another: neither could be set in the file", () => {
    const names = [...FLAGS.keys()];
    const nested = names.filter((name) => names.some((other) => other.startsWith(`${name}.`)));
    expect(nested).toEqual([]);
  });

  test("has defaults that can be read", () => {
    for (const spec of FLAGS.values()) {
      expect(parseFlagValue(spec, [spec.preset]), spec.name).toMatchObject({ ok: true });
    }
  });

  test("ends every help text as a sentence", () => {
    for (const spec of FLAGS.values()) expect(spec.help, spec.name).toMatch(/^[\S\s]{20,}[.…)]$/);
  });
});

test("helpText() fits a terminal and shows every flag", () => {
  const text = helpText();
  for (const line of text.split("\n")) expect(line.length, line).toBeLessThanOrEqual(100);
  for (const name of FLAGS.keys()) expect(text).toMatch(new RegExp(`--(\\[no-\\])?${name}\\b`));
});

test("flagsDocument() is what docs/flags.md holds (vitest -u writes it)", async () => {
  await expect(flagsDocument()).toMatchFileSnapshot(join(ROOT, "docs/flags.md"));
});

test("VERSION is that of the workspace", () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly version: string;
  };
  expect(VERSION).toBe(manifest.version);
});
