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
import { fieldsOf, objectOf, textOf, type AlertFields } from "./alert-fields.ts";
import { mismatch, isObject, type JsonObject } from "./json.ts";
import { notTime, TimeReader, type TimeForm } from "./time.ts";
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

/**
 * Reads the alerts of a body: at once, or batch by batch as they come. Throws or rejects with a
 * `SyntaxProblem`, `DecodeProblem` or `SchemaProblem`.
 */
export function decodeAlerts(
  batches: readonly ItemBatch[] | AsyncIterable<ItemBatch>,
  options: AlertReading,
): DecodedAlerts | Promise<DecodedAlerts> {
  const reader = new AlertReader(options);
  if (Symbol.asyncIterator in batches) return readAll(batches, reader);
  for (const batch of batches) reader.readBatch(batch);
  return reader.checked();
}

async function readAll(
  batches: AsyncIterable<ItemBatch>,
  reader: AlertReader,
): Promise<DecodedAlerts> {
  for await (const batch of batches) reader.readBatch(batch);
  return reader.checked();
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
  #schemaProblem: SchemaProblem | undefined;

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
    if (this.#schemaProblem !== undefined) this.alerts.length = 0;
  }

  /** The schema speaks only when the whole body could be decoded, so that the worse problem is named. */
  checked(): this {
    if (this.#schemaProblem !== undefined) throw this.#schemaProblem;
    return this;
  }

  #read(item: unknown, at: number): PostedAlert | ItemProblem {
    if (!isObject(item)) throw mismatch(`alerts[${at}]`, "object", item);
    const fields = fieldsOf(item);
    if (fields.count > this.#fieldCountMax) return tooManyFields(fields.count, this.#fieldCountMax);
    const startsAt = this.#time(fields, "startsAt", at);
    const endsAt = this.#time(fields, "endsAt", at);
    // Of several faults of the schema go-openapi names that of the URL first.
    const generatorUrl = this.#generatorUrl(fields, at);
    const labels = this.#labels(fields, at);
    const long = labels.values.findIndex((value) => value.length > this.#labelMaxChars);
    if (long >= 0) return tooLong(labels, long, this.#labelMaxChars);
    const annotations = this.#annotations(fields, at);
    const alert: Draft = { labels, annotations, generatorUrl };
    if (startsAt !== undefined) alert.startsAt = startsAt;
    if (endsAt !== undefined) alert.endsAt = endsAt;
    return alert;
  }

  #time(fields: AlertFields, name: "startsAt" | "endsAt", at: number): Instant | undefined {
    const text = textOf(fields, name, at);
    if (text === undefined) return undefined;
    const instant = this.#times.read(text);
    if (instant !== undefined) return instant;
    throw notTime(`alerts[${at}].${name}`, text);
  }

  #labels(fields: AlertFields, at: number): LabelSet {
    const labels = this.#texts(fields, "labels", at);
    if (labels === undefined) {
      // Version 1 has no schema: an alert without labels is refused alone, by the rule for labels.
      if (this.#form === "v2") this.#break(602, `${at}.labels in body is required`);
      return NO_LABELS;
    }
    const keys = Object.keys(labels);
    if (!isSameList(keys, this.#keys)) {
      this.#keys = keys;
      this.#names = inOrder(keys);
      this.#checkNames(keys);
    }
    const values = this.#names.map((name) => {
      const value = labels[name];
      return typeof value === "string" ? value : emptyOf(value, { at, in: "labels", name });
    });
    return { names: this.#names, values };
  }

  /** JSON text with the keys sorted, as records hold it. */
  #annotations(fields: AlertFields, at: number): string {
    const annotations = this.#texts(fields, "annotations", at);
    if (annotations === undefined) return "{}";
    const keys = Object.keys(annotations);
    const names = inOrder(keys);
    this.#checkNames(names);
    // What has been parsed and is in order already is written as it is, as nearly all of it.
    const isPlain = names === keys && keys.every((key) => typeof annotations[key] === "string");
    if (isPlain) return JSON.stringify(annotations);
    const pairs = names.map((name) => {
      const value = annotations[name];
      const text =
        typeof value === "string" ? value : emptyOf(value, { at, in: "annotations", name });
      return `${JSON.stringify(name)}:${JSON.stringify(text)}`;
    });
    return `{${pairs.join(",")}}`;
  }

  /** Labels or annotations, well-formed: of names that become the same by that the last one counts. */
  #texts(fields: AlertFields, name: "labels" | "annotations", at: number): JsonObject | undefined {
    const texts = objectOf(fields, name, at);
    if (texts === undefined || !this.#mend) return texts;
    const mended = new Map<string, unknown>();
    for (const [key, value] of Object.entries(texts)) {
      mended.set(key.toWellFormed(), typeof value === "string" ? value.toWellFormed() : value);
    }
    // Not by assignment: a name may be one that every object has.
    return Object.fromEntries(mended);
  }

  #generatorUrl(fields: AlertFields, at: number): string {
    const url = this.#mended(textOf(fields, "generatorURL", at) ?? "");
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

  #mended(text: string): string {
    return this.#mend ? text.toWellFormed() : text;
  }

  #break(code: number, message: string): void {
    this.#schemaProblem ??= new SchemaProblem(code, message);
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

type Draft = { -readonly [Field in keyof PostedAlert]: PostedAlert[Field] };

/** The value of a label or annotation that is no text: null is the empty one. */
function emptyOf(
  value: unknown,
  place: { readonly at: number; readonly in: string; readonly name: string },
): "" {
  if (value === null) return "";
  const path = `alerts[${place.at}].${place.in}.${place.name.slice(0, 64)}`;
  throw mismatch(path, "string", value);
}

/** The list itself if it is in order, as most senders have it. */
function inOrder(names: readonly string[]): readonly string[] {
  for (let at = 1; at < names.length; at += 1) {
    // Both places are within the list.
    const isOrdered = compareText(names[at - 1] as string, names[at] as string) <= 0;
    if (!isOrdered) return names.toSorted(compareText);
  }
  return names;
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, at) => text === right[at]);
}
