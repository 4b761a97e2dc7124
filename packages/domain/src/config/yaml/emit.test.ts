import fc from "fast-check";
import { expect, test } from "vitest";
import { any, type YamlValue } from "../schema/any.ts";
import { Scope } from "../schema/scope.ts";
import { emitYaml, type Emit } from "./emit.ts";
import { parseYaml } from "./parse.ts";

function textOf(text: string): string {
  return emitYaml({ kind: "text", text });
}

function entry(
  key: string,
  value: Emit,
  flow?: boolean,
): { key: Emit; value: Emit; flow: boolean | undefined } {
  return { key: { kind: "text", text: key }, value, flow };
}

test.each([
  ["plain words", "plain words\n"],
  ["", '""\n'],
  ["yes", '"yes"\n'],
  ["010", '"010"\n'],
  ["12:30:45", '"12:30:45"\n'],
  ["#x", "'#x'\n"],
  ["it's: x", "'it''s: x'\n"],
  [" lead", "' lead'\n"],
  ["a\nb", "|-\n  a\n  b\n"],
  ["a\nb\n\n", "|+\n  a\n  b\n\n"],
  ["a \nb", '"a \\nb"\n'],
  ["tab\there", '"tab\\there"\n'],
  ["\u{1f525}", '"\\U0001F525"\n'],
  ["\u0085\u2028\u00a0", '"\\N\\L\u00a0"\n'],
  ["<<", "<<\n"],
  ["\ufeffa", '"\\uFEFF\\x61"\n'],
  ["a:\u2028b: c", "'a:\u2028  b: c'\n"],
])("emitYaml of the text %j", (text, written) => {
  expect(textOf(text)).toBe(written);
});

test("emitYaml folds behind column 80 at the next single space", () => {
  const text = `${"word ".repeat(20)}end`;
  expect(textOf(text)).toBe(`${"word ".repeat(16)}word\n  word word word end\n`);
});

test("emitYaml does not indent lists in mappings, and puts a question mark before long keys", () => {
  const list: Emit = { kind: "list", items: [{ kind: "text", text: "x" }] };
  const map: Emit = { kind: "map", entries: [entry("a", list), entry("k".repeat(129), list)] };
  expect(emitYaml(map)).toBe(`a:\n- x\n? ${"k".repeat(129)}\n: - x\n`);
});

test("emitYaml lets the one-line style of a text go over to the next collection", () => {
  const first: Emit = {
    kind: "map",
    entries: [entry("location", { kind: "text", text: "UTC" }, true)],
  };
  const second: Emit = { kind: "map", entries: [entry("a", { kind: "plain", text: "1" }, false)] };
  expect(emitYaml({ kind: "list", items: [first, second] })).toBe("- location: UTC\n- {a: 1}\n");
});

test("emitYaml writes what parseYaml reads back", () => {
  // Written without quotes, as upstream does, this one reads as a merge key.
  const key = fc.string().filter((text) => text !== "<<");
  const leaf = fc.oneof(
    // The parser does not take these for line breaks, as upstream's does.
    fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[\u0085\u2028\u2029]/g, "x")),
    fc.string({
      unit: fc.constantFrom(...Array.from(" \n'\"\\:#-?[]{},&*!|>%@`~yn01.e_\ufeff\u{1f525}")),
    }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  const tree = fc.letrec<{ value: YamlValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie("value"), { maxLength: 4 }),
      fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map((pairs) => new Map(pairs)),
    ),
  })).value;
  fc.assert(
    fc.property(tree, (value) => {
      // Not alone: how far a root is indented is read otherwise.
      const text = emitYaml(any.encode(new Map([["value", value]])));
      const parsed = parseYaml(text);
      if (!parsed.ok || parsed.root === undefined) throw new Error(`${text}: not read again`);
      const scope = new Scope({
        text,
        mode: "fallback",
        nodeCount: parsed.nodeCount,
        regexes: undefined,
        checkTemplate: () => undefined,
      });
      expect(scope.read(any, parsed.root, null)).toEqual(new Map([["value", value]]));
    }),
  );
});
