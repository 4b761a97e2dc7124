/** JSON written piece by piece: building objects first only to stringify them costs three times as much. */
import type { LabelSet } from "@tocsin/domain/model";

/** What must be escaped, or at least looked at: most names and values have none of it. */
const SPECIAL = /[\p{Cc}\p{Cs}"\\]/u;

/** The text as a JSON string. */
export function jsonText(text: string): string {
  return SPECIAL.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** A list of JSON strings. */
export function jsonTexts(texts: readonly string[]): string {
  return texts.length === 0 ? "[]" : `[${texts.map(jsonText).join(",")}]`;
}

/** Texts by name as a JSON object. */
export function jsonMap(texts: Readonly<Record<string, string>>): string {
  const fields = Object.entries(texts).map(([name, text]) => `${jsonText(name)}:${jsonText(text)}`);
  return `{${fields.join(",")}}`;
}

/** Prints label sets. Alerts with the same names share one list of them, so its text is made once. */
export class LabelPrinter {
  readonly #byShape: Map<readonly string[], readonly string[]> = new Map();

  print({ names, values }: LabelSet): string {
    const starts = this.#startsOf(names);
    let text = "{";
    for (let at = 0; at < values.length; at += 1) {
      text += (starts[at] as string) + jsonText(values[at] as string);
    }
    return `${text}}`;
  }

  #startsOf(names: readonly string[]): readonly string[] {
    const known = this.#byShape.get(names);
    if (known !== undefined) return known;
    const starts = names.map((name, at) => `${at === 0 ? "" : ","}${jsonText(name)}:`);
    this.#byShape.set(names, starts);
    return starts;
  }
}

/** Puts a list together from its items, one part at a time. */
export function* jsonList(items: Iterable<string>): Generator<string, void, undefined> {
  let before = "[";
  for (const item of items) {
    yield before + item;
    before = ",";
  }
  yield before === "[" ? "[]" : "]";
}
