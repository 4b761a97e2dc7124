import { expect, test } from "vitest";
import { parseYaml } from "./parse.ts";
import { decodeBytes, firstDocument } from "./source.ts";

test("firstDocument stops at the mark that ends it, and keeps directives and comments before it", () => {
  expect(firstDocument("a: 1\n---\n[broken")).toBe("a: 1\n");
  expect(firstDocument("# c\n%YAML 1.1\n---\na: 1\n...\nb")).toBe("# c\n%YAML 1.1\n---\na: 1\n");
  expect(firstDocument("--- {a: 1}\r\n---\r\nb")).toBe("--- {a: 1}\r\n");
  expect(firstDocument("a: |\n  ---\n  x\n")).toBe("a: |\n  ---\n  x\n");
});

test("decodeBytes takes UTF-8 and UTF-16 with a mark, and nothing that is not valid", () => {
  expect(decodeBytes(new TextEncoder().encode("é"))).toBe("é");
  expect(decodeBytes(Uint8Array.of(0xff, 0xfe, 0x61, 0))).toBe("a");
  expect(decodeBytes(Uint8Array.of(0xfe, 0xff, 0, 0x61))).toBe("a");
  expect(decodeBytes(Uint8Array.of(0x61, 0xff))).toBeUndefined();
});

test.each([
  ["%YAML 1.2\n---\na: 1\n", "YAML version", 0],
  ["a: b: c\n", "bad indentation", 4],
  ["a: *none\n", "unknown anchor", 4],
  ['a: "x\\/y"\n', "unknown escape", 5],
  ['a: "x\\ud83d\\ude00"\n', "invalid code of a character", 5],
  ['a: "\\\\\\U00110000"\n', "invalid code of a character", 4],
  ["a: \u0007\n", "control characters", 3],
  ["[".repeat(200), "maxDepth", 99],
])("parseYaml refuses %j", (text, reason, offset) => {
  const result = parseYaml(text);
  expect(result).toMatchObject({ ok: false, offset });
  expect(result.ok ? "" : result.reason).toContain(reason);
});

test("parseYaml places a block text at its sign and resolves tag handles", () => {
  const text = "%TAG !y! tag:yaml.org,2002:\n---\na: !y!str |\n  text\n";
  const result = parseYaml(text);
  const root = result.ok ? result.root : undefined;
  const value = root?.kind === "mapping" ? root.children[1] : undefined;
  const offset = text.indexOf("|");
  expect(value).toMatchObject({ kind: "scalar", tag: "!!str", value: "text\n", offset });
});

test("parseYaml takes escapes of characters, and what only looks like an odd one", () => {
  const result = parseYaml('"\\u00e9\\U0010ffff\\\\ud83d\\\\/"');
  expect(result.ok && result.root).toMatchObject({ value: "é\u{10ffff}\\ud83d\\/" });
});

test("parseYaml takes a lone exclamation mark for a text", () => {
  const result = parseYaml("! 5");
  expect(result.ok && result.root).toMatchObject({ tag: "", plain: false, value: "5" });
});
