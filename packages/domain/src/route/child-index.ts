/**
 * Which of many children of a route can match a label set, without asking each.
 *
 * A child with a matcher `name="value"`, or with an expression that begins with a text, can only match
 * labels whose value is that, or begins with it. So each child is filed under the longest such text, and a
 * label set looks up its own values, and their beginnings of the lengths that there are. What is found is
 * asked as before, in the same order, and children without such a matcher are asked by everybody: nothing
 * is matched that was not, nor is anything missed.
 */
import { literalPrefix, type Matcher } from "../matcher/index.ts";
import type { LabelSet } from "../model/index.ts";

/** With fewer children asking each takes no longer. */
export const INDEXED_COUNT_MIN = 32;

interface Filed {
  /** Places of children by the whole value. */
  readonly byValue: Map<string, number[]>;
  /** Places of children by what the value begins with. */
  readonly byPrefix: Map<string, number[]>;
  /** The lengths that those have. */
  readonly prefixSizes: Set<number>;
}

/** What a child wants of one label. */
interface Condition {
  readonly name: string;
  readonly text: string;
  readonly isWhole: boolean;
}

export class ChildIndex {
  /** By label name. */
  readonly #filed = new Map<string, Filed>();
  /** Places of children that anything may match. */
  readonly #others: number[] = [];

  /** Files the next child, by its matchers. */
  add(place: number, matchers: readonly Matcher[]): void {
    const condition = conditionOf(matchers);
    if (condition === undefined) {
      this.#others.push(place);
      return;
    }
    const { name, text, isWhole } = condition;
    const filed = this.#filed.get(name) ?? emptyFiled();
    this.#filed.set(name, filed);
    const under = isWhole ? filed.byValue : filed.byPrefix;
    if (!isWhole) filed.prefixSizes.add(text.length);
    const places = under.get(text);
    if (places === undefined) under.set(text, [place]);
    else places.push(place);
  }

  /** The places of all children that may match, in order. */
  candidates(labels: LabelSet): readonly number[] {
    const found: number[] = [];
    for (const [at, name] of labels.names.entries()) {
      const filed = this.#filed.get(name);
      // Values stand at the place of their name.
      if (filed !== undefined) collect(filed, labels.values[at] as string, found);
    }
    if (found.length === 0) return this.#others;
    return found.concat(this.#others).sort((left, right) => left - right);
  }
}

function emptyFiled(): Filed {
  return { byValue: new Map(), byPrefix: new Map(), prefixSizes: new Set() };
}

function collect({ byValue, byPrefix, prefixSizes }: Filed, value: string, found: number[]): void {
  for (const place of byValue.get(value) ?? []) found.push(place);
  for (const size of prefixSizes) {
    if (size > value.length) continue;
    for (const place of byPrefix.get(value.slice(0, size)) ?? []) found.push(place);
  }
}

/** The longest text is a good guess for the rarest. A label that is absent has the empty value. */
function conditionOf(matchers: readonly Matcher[]): Condition | undefined {
  let chosen: Condition | undefined;
  for (const { type, name, value } of matchers) {
    const isWhole = type === "=";
    const text = isWhole ? value : type === "=~" ? literalPrefix(value) : "";
    if (text.length > (chosen?.text.length ?? 0)) chosen = { name, text, isWhole };
  }
  return chosen;
}
