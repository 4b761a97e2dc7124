/**
 * Alerts of a POST, validated by hand: one pass, no schema library, every refusal names its field.
 *
 * What is wrong with the form of the body refuses all of it, as in upstream; what is wrong with one
 * alert (no labels, its end before its start) is judged later and refuses that alert alone.
 */
import type { PostedAlert } from "@tocsin/domain/alert";
import { isClassicLabelName } from "@tocsin/domain/matcher";
import { compareText, type Instant, type LabelSet } from "@tocsin/domain/model";
import { quoteGo } from "@tocsin/domain/text";
import { ItemProblem, tooManyFields, type ItemBatch, type ItemLimits } from "./json-items.ts";
import { DecodeProblem, fieldOf, isObject, textOf, type JsonObject } from "./json.ts";
import { TimeReader, type TimeForm } from "./time.ts";
import { isRequestUri } from "./uri.ts";

/** A rule of the API's schema that a well-formed body breaks; go-openapi's code and words. */
export class SchemaProblem extends Error {
  override readonly name = "SchemaProblem";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export interface DecodedAlerts {
  readonly alerts: readonly PostedAlert[];
  /** Of alerts that break a limit, each with its place. */
  readonly problems: readonly string[];
}

/** Reads the alerts of a body. Rejects with a `SyntaxProblem`, `DecodeProblem` or `SchemaProblem`. */
export async function decodeAlerts(
  batches: readonly ItemBatch[] | AsyncIterable<ItemBatch>,
  options: AlertReading,
): Promise<DecodedAlerts> {
  const reader = new AlertReader(options);
  if (Symbol.asyncIterator in batches) {
    for await (const batch of batches) reader.readBatch(batch);
  } else for (const batch of batches) reader.readBatch(batch);
  // The schema speaks only when the whole body could be decoded, so that the worse problem is named.
  if (reader.schemaProblem !== undefined) throw reader.schemaProblem;
  return reader;
}

type AlertReading = Omit<ItemLimits, "sizeMaxBytes"> & { readonly form: TimeForm };

const NO_LABELS: LabelSet = { names: [], values: [] };

class AlertReader implements DecodedAlerts {
  readonly alerts: PostedAlert[] = [];
  readonly problems: string[] = [];
  readonly #form: TimeForm;
  readonly #fieldCountMax: number;
  readonly #labelMaxChars: number;
  /** Whether texts may hold half a surrogate pair. */
  #mend = false;
  readonly #times: TimeReader;
  /** Keys of the last alert's labels as they came, and sorted: the next alert mostly has the same. */
  #keys: readonly string[] = [];
  #names: readonly string[] = [];
  schemaProblem: SchemaProblem | undefined;

  constructor({ form, fieldCountMax, labelMaxChars }: AlertReading) {
    this.#form = form;
    this.#fieldCountMax = fieldCountMax;
    this.#labelMaxChars = labelMaxChars;
    this.#times = new TimeReader(form);
  }

  readBatch({ first, items, mend }: ItemBatch): void {
    this.#mend = mend;
    for (const [at, item] of items.entries()) {
      const alert = item instanceof ItemProblem ? item : this.#read(item, first + at);
      if (alert instanceof ItemProblem) {
        this.problems.push(`alerts[${first + at}]: ${alert.reason}`);
      } else this.alerts.push(alert);
    }
    // Nothing of this body will be taken: what is left is only looked at for something worse.
    if (this.schemaProblem !== undefined) this.alerts.length = 0;
  }

  #read(item: unknown, at: number): PostedAlert | ItemProblem {
    if (!isObject(item)) throw new DecodeProblem(`alerts[${at}]`, "object", item);
    const fieldCount = countFields(item);
    if (fieldCount > this.#fieldCountMax) return tooManyFields(fieldCount, this.#fieldCountMax);
    const path = `alerts[${at}].`;
    const startsAt = this.#time(item, "startsAt", path);
    const endsAt = this.#time(item, "endsAt", path);
    // Of several faults of the schema go-openapi names that of the URL first.
    const generatorUrl = this.#generatorUrl(item, path, at);
    const labels = this.#labels(item, path, at);
    const long = labels.values.findIndex((value) => value.length > this.#labelMaxChars);
    if (long >= 0) return tooLong(labels, long, this.#labelMaxChars);
    return {
      labels,
      annotations: this.#annotations(item, path),
      generatorUrl,
      ...(startsAt === undefined ? undefined : { startsAt }),
      ...(endsAt === undefined ? undefined : { endsAt }),
    };
  }

  #time(item: JsonObject, name: string, path: string): Instant | undefined {
    const text = textOf(item, name, path);
    if (text === undefined) return undefined;
    const instant = this.#times.read(text);
    if (instant !== undefined) return instant;
    throw new DecodeProblem(`${path}${name} ${JSON.stringify(text.slice(0, 64))}`, "time", text);
  }

  #labels(item: JsonObject, path: string, at: number): LabelSet {
    const labels = this.#object(item, "labels", path);
    if (labels === undefined) {
      // Version 1 has no schema: an alert without labels is refused alone, by the rule for labels.
      if (this.#form === "v2") this.#break(602, `${at}.labels in body is required`);
      return NO_LABELS;
    }
    const keys = Object.keys(labels);
    if (!isSameList(keys, this.#keys)) {
      this.#keys = keys;
      this.#names = keys.toSorted(compareText);
      this.#checkNames(keys);
    }
    const values = this.#names.map((name) => this.#text(labels[name], `${path}labels.`, name));
    if (!this.#mend) return { names: this.#names, values };
    return { names: this.#names.map((name) => name.toWellFormed()), values };
  }

  /** JSON text with the keys sorted, as records hold it. */
  #annotations(item: JsonObject, path: string): string {
    const annotations = this.#object(item, "annotations", path);
    if (annotations === undefined) return "{}";
    const keys = Object.keys(annotations);
    const names = keys.toSorted(compareText);
    this.#checkNames(names);
    // What has been parsed and is in order already is written as it is, as nearly all of it.
    const isPlain = keys.every(
      (key, at) => key === names[at] && typeof annotations[key] === "string",
    );
    if (isPlain && !this.#mend) return JSON.stringify(annotations);
    const pairs = names.map((name) => {
      const value = this.#text(annotations[name], `${path}annotations.`, name);
      return `${JSON.stringify(this.#mended(name))}:${JSON.stringify(value)}`;
    });
    return `{${pairs.join(",")}}`;
  }

  #generatorUrl(item: JsonObject, path: string, at: number): string {
    const url = this.#mended(textOf(item, "generatorURL", path) ?? "");
    if (this.#form === "v2" && url !== "" && !isRequestUri(url)) {
      this.#break(601, `${at}.generatorURL in body must be of type uri: ${quoteGo(url)}`);
    }
    return url;
  }

  /** Version 1 knows ASCII names only and refuses the whole body for another, in these words. */
  #checkNames(names: readonly string[]): void {
    if (this.#form === "v2") return;
    const bad = names.find((name) => !isClassicLabelName(name));
    if (bad !== undefined) throw new NameProblem(`${quoteGo(bad)} is not a valid label name`);
  }

  #object(item: JsonObject, name: string, path: string): JsonObject | undefined {
    const value = fieldOf(item, name);
    if (value === undefined || isObject(value)) return value;
    throw new DecodeProblem(`${path}${name}`, "object", value);
  }

  #text(value: unknown, path: string, name: string): string {
    if (typeof value === "string") return this.#mended(value);
    if (value === null) return "";
    throw new DecodeProblem(`${path}${name.slice(0, 64)}`, "string", value);
  }

  #mended(text: string): string {
    return this.#mend ? text.toWellFormed() : text;
  }

  #break(code: number, message: string): void {
    this.schemaProblem ??= new SchemaProblem(code, message);
  }
}

/** A label or annotation name that API v1 refuses. */
export class NameProblem extends Error {
  override readonly name = "NameProblem";
}

function tooLong({ names, values }: LabelSet, at: number, maxChars: number): ItemProblem {
  const name = quoteGo(names[at]?.slice(0, 64) ?? "");
  return new ItemProblem(
    `its label ${name} has ${values[at]?.length} characters of at most ${maxChars} ` +
      "(--limits.max-label-chars)",
  );
}

/** Of the item and of the objects in it. */
function countFields(item: JsonObject): number {
  let count = 0;
  for (const name in item) {
    if (!Object.hasOwn(item, name)) continue;
    const value = item[name];
    count += 1;
    if (isObject(value)) count += Object.keys(value).length;
  }
  return count;
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, at) => text === right[at]);
}
