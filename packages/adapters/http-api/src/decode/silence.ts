import type { Instant, MatcherSpec, MatcherType } from "@tocsin/domain/model";
import type { SilenceDraft } from "@tocsin/engine/api";
import { SchemaProblem } from "./alerts.ts";
import { mismatch, LimitProblem, fieldOf, isObject, textOf, type JsonObject } from "./json.ts";
import { notTime, parseTime, type TimeForm } from "./time.ts";

/** What API v1 takes for an absent end: long past, so that the rule for ends refuses it. */
const LONG_PAST: Instant = { ms: -62_135_596_800_000, subNs: 0, offsetMin: 0 };

/**
 * Reads a silence. `v2` wants every field as its schema says (go-openapi's codes and words, fields by
 * name); `v1` lets comment, author and start be absent.
 */
export function decodeSilence(
  value: unknown,
  options: { readonly form: TimeForm; readonly mend: boolean },
): SilenceDraft {
  if (!isObject(value)) throw mismatch("silence", "object", value);
  const reader = new SilenceReader(value, options.form, options.mend);
  const draft: SilenceDraft = {
    id: reader.text("id") ?? "",
    comment: reader.text("comment") ?? "",
    createdBy: reader.text("createdBy") ?? "",
    ...reader.times(),
    matcherSets: [reader.matchers()],
    annotations: reader.annotations(),
  };
  if (options.form === "v2") reader.checkSchema();
  return draft;
}

/** Each may be a regular expression that takes a millisecond to compile. */
const MATCHER_COUNT_MAX = 100;

const REQUIRED: readonly string[] = ["comment", "createdBy", "endsAt", "matchers", "startsAt"];
const MATCHER_REQUIRED: readonly string[] = ["isRegex", "name", "value"];

class SilenceReader {
  readonly #silence: JsonObject;
  readonly #form: TimeForm;
  readonly #mend: boolean;

  constructor(silence: JsonObject, form: TimeForm, mend: boolean) {
    this.#silence = silence;
    this.#form = form;
    this.#mend = mend;
  }

  text(name: string): string | undefined {
    return this.#mended(textOf(this.#silence, name, "silence."));
  }

  /** A silence within one millisecond lasts until the next. */
  times(): Pick<SilenceDraft, "startsAtMs" | "endsAtMs"> {
    const starts = this.#time("startsAt") ?? LONG_PAST;
    const ends = this.#time("endsAt") ?? LONG_PAST;
    const isWithin = ends.ms === starts.ms && ends.subNs > starts.subNs;
    return { startsAtMs: starts.ms, endsAtMs: isWithin ? ends.ms + 1 : ends.ms };
  }

  #time(name: string): Instant | undefined {
    const text = textOf(this.#silence, name, "silence.");
    if (text === undefined) return undefined;
    const instant = parseTime(text, this.#form);
    if (instant !== undefined) return instant;
    throw notTime(`silence.${name}`, text);
  }

  matchers(): MatcherSpec[] {
    const list = this.#list();
    if (list.length > MATCHER_COUNT_MAX) {
      const message = `silence.matchers: ${list.length} items of at most ${MATCHER_COUNT_MAX}`;
      throw new LimitProblem(message);
    }
    return list.map((item, at) => {
      const path = `silence.matchers[${at}].`;
      if (!isObject(item)) throw mismatch(path.slice(0, -1), "object", item);
      const isRegex = booleanOf(item, "isRegex", path) ?? false;
      const isEqual = booleanOf(item, "isEqual", path) ?? true;
      return {
        type: matcherType(isEqual, isRegex),
        name: this.#mended(textOf(item, "name", path)) ?? "",
        value: this.#mended(textOf(item, "value", path)) ?? "",
      };
    });
  }

  annotations(): Readonly<Record<string, string>> {
    const annotations = fieldOf(this.#silence, "annotations");
    if (annotations === undefined) return {};
    if (!isObject(annotations)) {
      throw mismatch("silence.annotations", "object", annotations);
    }
    const pairs = Object.entries(annotations).map(([name, value]): [string, string] => {
      if (typeof value === "string") return [this.#mended(name) ?? "", this.#mended(value) ?? ""];
      if (value === null) return [name, ""];
      throw mismatch(`silence.annotations.${name.slice(0, 64)}`, "string", value);
    });
    // Makes own properties, also of a name like `__proto__`.
    return Object.fromEntries(pairs);
  }

  /** The schema of API v2: the first thing that is missing, in the order of the names. */
  checkSchema(): void {
    for (const name of REQUIRED) {
      if (fieldOf(this.#silence, name) === undefined) {
        throw new SchemaProblem(602, `${name} in body is required`);
      }
      if (name === "matchers") this.#checkMatchers();
    }
  }

  #checkMatchers(): void {
    const list = this.#list();
    if (list.length === 0) {
      throw new SchemaProblem(612, "matchers in body should have at least 1 items");
    }
    for (const [at, item] of list.entries()) {
      if (!isObject(item)) continue;
      const missing = MATCHER_REQUIRED.find((name) => fieldOf(item, name) === undefined);
      if (missing === undefined) continue;
      throw new SchemaProblem(602, `matchers.${at}.${missing} in body is required`);
    }
  }

  #list(): readonly unknown[] {
    const list = fieldOf(this.#silence, "matchers");
    if (list === undefined) return [];
    if (Array.isArray(list)) return list as readonly unknown[];
    throw mismatch("silence.matchers", "array", list);
  }

  #mended(text: string | undefined): string | undefined {
    return this.#mend ? text?.toWellFormed() : text;
  }
}

function booleanOf(object: JsonObject, name: string, path: string): boolean | undefined {
  const value = fieldOf(object, name);
  if (value === undefined || typeof value === "boolean") return value;
  throw mismatch(`${path}${name}`, "boolean", value);
}

function matcherType(isEqual: boolean, isRegex: boolean): MatcherType {
  if (isRegex) return isEqual ? "=~" : "!~";
  return isEqual ? "=" : "!=";
}
