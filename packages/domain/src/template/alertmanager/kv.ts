/**
 * Alertmanager's `KV`, `Pairs` and `Strings`: labels and annotations as templates see them, with
 * their methods. Mirrors template/template.go of Alertmanager 0.34.
 */
import type { LabelSet } from "../../model/index.ts";
import type { Budget } from "../budget.ts";
import { mendText } from "../values/text.ts";
import { getter, STRING, STRINGS, type GoMethod, type GoType } from "../values/types.ts";
import { GoSlice, type GoMap, type GoStruct, type GoValue } from "../values/values.ts";

const ALERT_NAME = "alertname";

/** A set of texts by name. Built from labels without copying them. */
export class KV implements GoMap {
  readonly type: GoType = KV_TYPE;
  /** Sorted by bytes. */
  readonly names: readonly string[];
  readonly values: readonly string[];
  readonly isNil: boolean;

  constructor(labels: LabelSet | undefined) {
    this.names = labels?.names ?? [];
    this.values = labels?.values ?? [];
    this.isNil = labels === undefined;
  }

  get size(): number {
    return this.names.length;
  }

  get(key: string): string | undefined {
    const at = this.names.indexOf(key);
    return at < 0 ? undefined : this.values[at];
  }

  *sortedEntries(): Generator<readonly [string, string]> {
    for (const [at, name] of this.names.entries()) yield [name, this.values[at] ?? ""];
  }

  /** Indexes in the order of `SortedPairs`: the alert's name first, then by name. */
  pairOrder(): readonly number[] {
    const order = [...this.names.keys()];
    const at = this.names.indexOf(ALERT_NAME);
    if (at > 0) order.unshift(...order.splice(at, 1));
    return order;
  }
}

/** `template.Pair`. */
export class Pair implements GoStruct {
  readonly type: GoType = PAIR_TYPE;
  readonly name: string;
  readonly value: string;

  constructor(name: string, value: string) {
    this.name = name;
    this.value = value;
  }
}

const asKV = (value: GoValue): KV => value as KV; // a method is only found on its own type
const asSlice = (value: GoValue): GoSlice => value as GoSlice; // the same
const asPair = (value: GoValue): Pair => value as Pair; // the same

function inPairOrder(kv: KV, part: readonly string[]): string[] {
  return kv.pairOrder().map((at) => part[at] ?? "");
}

function kvText(value: GoValue): string {
  const kv = asKV(value);
  return kv
    .pairOrder()
    .map((at) => `${kv.names[at]}=${kv.values[at]}`)
    .join(", ");
}

function sortedPairs(value: GoValue): GoSlice {
  const kv = asKV(value);
  const pairs = kv.pairOrder().map((at) => new Pair(kv.names[at] ?? "", kv.values[at] ?? ""));
  return new GoSlice(PAIRS_TYPE, pairs);
}

function withoutKeys(value: GoValue, keys: GoValue | undefined): KV {
  const kv = asKV(value);
  const removed = new Set(keys instanceof GoSlice ? keys.elements() : []);
  const kept = [...kv.names.keys()].filter((at) => !removed.has(kv.names[at] ?? ""));
  return new KV({
    names: kept.map((at) => kv.names[at] ?? ""),
    values: kept.map((at) => kv.values[at] ?? ""),
  });
}

function pairsText(value: GoValue): string {
  return asSlice(value)
    .elements()
    .map((pair) => `${asPair(pair).name}=${asPair(pair).value}`)
    .join(", ");
}

function strings(texts: readonly string[]): GoSlice {
  return new GoSlice(STRINGS_TYPE, [...texts]);
}

/** Joins a list of strings. */
export function joinStrings(
  list: GoValue | undefined,
  separator: GoValue | undefined,
  budget: Budget,
): string {
  if (!(list instanceof GoSlice)) return "";
  budget.spend(list.length);
  const between = typeof separator === "string" ? separator : "";
  let size = between.length * list.length;
  const texts = list.elements().map((text) => (typeof text === "string" ? text : ""));
  for (const text of texts) size += text.length;
  budget.admitText(size);
  return mendText(texts.join(between));
}

const STRINGS_TYPE: GoType = {
  kind: "slice",
  name: "template.Strings",
  isNamed: true,
  elem: STRING,
  methods: new Map<string, GoMethod>([
    [
      "Join",
      {
        params: [STRING],
        isVariadic: false,
        call: (list, [separator], run) => joinStrings(list, separator, run.budget),
      },
    ],
  ]),
};

const PAIR_TYPE: GoType = {
  kind: "struct",
  name: "template.Pair",
  isNamed: true,
  fields: [
    { name: "Name", type: STRING, jsonName: "Name", read: (value) => asPair(value).name },
    { name: "Value", type: STRING, jsonName: "Value", read: (value) => asPair(value).value },
  ],
};

const PAIRS_TYPE: GoType = {
  kind: "slice",
  name: "template.Pairs",
  isNamed: true,
  elem: PAIR_TYPE,
  stringOf: pairsText,
  methods: new Map<string, GoMethod>([
    [
      "Names",
      getter((pairs) =>
        strings(
          asSlice(pairs)
            .elements()
            .map((pair) => asPair(pair).name),
        ),
      ),
    ],
    [
      "Values",
      getter((pairs) =>
        strings(
          asSlice(pairs)
            .elements()
            .map((pair) => asPair(pair).value),
        ),
      ),
    ],
    ["String", getter(pairsText)],
  ]),
};

export const KV_TYPE: GoType = {
  kind: "map",
  name: "template.KV",
  isNamed: true,
  elem: STRING,
  stringOf: kvText,
  methods: new Map<string, GoMethod>([
    ["SortedPairs", getter(sortedPairs)],
    [
      "Remove",
      { params: [STRINGS], isVariadic: false, call: (kv, [keys]) => withoutKeys(kv, keys) },
    ],
    ["Names", getter((kv) => strings(inPairOrder(asKV(kv), asKV(kv).names)))],
    ["Values", getter((kv) => strings(inPairOrder(asKV(kv), asKV(kv).values)))],
    ["String", getter(kvText)],
  ]),
};
