import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeProblem, SyntaxProblem } from "./json.ts";
import { Pace, requestTurns } from "../pace.ts";
import { ItemProblem, readItems, type ItemLimits } from "./json-items.ts";

const LIMITS: ItemLimits = {
  sizeMaxBytes: 100_000,
  fieldCountMax: 1_000,
  labelMaxChars: 1_000_000,
};
/** So much of them that no body of these tests is parsed at once. */
const PADDING = " ".repeat(150_000);

async function itemsOf(text: string, limits: ItemLimits = LIMITS): Promise<unknown[] | undefined> {
  const batches = await readItems(Buffer.from(text), {
    name: "alerts",
    limits,
    pace: new Pace(requestTurns()),
  });
  if (batches === undefined) return undefined;
  const all: unknown[] = [];
  for await (const { first, items } of batches) {
    expect(first).toBe(all.length);
    all.push(...items);
  }
  return all;
}

describe("readItems()", () => {
  it.each(["[{}", "[{},", "[{},,{}]", "[{]", "{}}", '[{"a"}]'])(
    "says of %s what is wrong, and no name of a class",
    async (text) => {
      for (const body of [text, PADDING + text]) {
        await expect(itemsOf(body)).rejects.toThrow(/^(?!.*Error)/);
      }
    },
  );

  it("gives what JSON.parse gives, of large bodies too", async () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(value), fc.boolean(), async (items, isLarge) => {
        const text = JSON.stringify(items) + (isLarge ? PADDING : "");
        expect(await itemsOf(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it.each(["[,]", "[{},]", "[,{}]", "[{},,{}]", "[{}, ,{}]", "[ , ]"])(
    "refuses %s, where an item is missing, however large",
    async (list) => {
      await expect(itemsOf(list)).rejects.toThrow(SyntaxProblem);
      await expect(itemsOf(PADDING + list)).rejects.toThrow(SyntaxProblem);
      const items = `"${"x".repeat(70_000)}"`;
      await expect(itemsOf(list.replaceAll("{}", items))).rejects.toThrow(SyntaxProblem);
    },
  );

  it("gives many items in their order", async () => {
    const items = Array.from({ length: 5_000 }, (_, at) => ({ labels: { at: `${at}` } }));
    expect(await itemsOf(JSON.stringify(items))).toEqual(items);
  });

  const oddities = [
    { name: "nothing but blanks", text: PADDING, want: undefined },
    { name: "an empty list", text: `${PADDING}[ ]`, want: [] },
    { name: "text behind the list", text: `[1] trailing${PADDING}`, want: [1] },
    {
      name: "brackets and quotes in texts",
      text: `["]", "\\"]", "\\\\"]${PADDING}`,
      want: ["]", '"]', "\\"],
    },
  ];
  it.for(oddities)("takes $name", async ({ text, want }) => {
    expect(await itemsOf(text)).toEqual(want);
  });

  const broken = [
    { name: "a list that does not end", text: `${PADDING}[1, 2` },
    { name: "a list that ends as an object", text: `${PADDING}[1}` },
    { name: "a comma too many", text: `${PADDING}[1,]` },
    { name: "no comma", text: `${PADDING}[1 2]` },
    { name: "brackets the wrong way round", text: `${PADDING}[[1}, {2]]` },
    { name: "a text that does not end", text: `${PADDING}["a]` },
    { name: "an escape at the very end", text: `${PADDING}["a\\` },
    { name: "brackets without end", text: "[".repeat(100_000) },
  ];
  it.for(broken)("refuses $name", async ({ text }) => {
    await expect(itemsOf(text)).rejects.toThrow(SyntaxProblem);
  });

  it.each(['{"a": 1}', '"text"', "12"])("wants a list, not %s", async (text) => {
    await expect(itemsOf(PADDING + text)).rejects.toThrow(DecodeProblem);
  });

  it("puts a problem in the place of an item that is too large, and goes on", async () => {
    const items = [{ a: "x" }, { a: "x".repeat(200_000) }, { a: "y" }];
    const [first, second, third] = (await itemsOf(JSON.stringify(items))) ?? [];
    expect([first, third]).toEqual([{ a: "x" }, { a: "y" }]);
    expect(second).toBeInstanceOf(ItemProblem);
    expect((second as ItemProblem).reason).toMatch(/200008 bytes of at most 100000 .*--limits/);
  });

  it("puts a problem in the place of an item with too many fields, however small", async () => {
    const names = Array.from({ length: 1_001 }, (_, at): [string, string] => [`l${at}`, ""]);
    const text = JSON.stringify([{ labels: Object.fromEntries(names) }]) + PADDING;
    const [only] = (await itemsOf(text)) ?? [];
    expect((only as ItemProblem).reason).toMatch(/1002 fields of at most 1000 .*--limits/);
  });
});
