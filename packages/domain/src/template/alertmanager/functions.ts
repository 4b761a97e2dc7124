/** Alertmanager's template functions, those of 0.34: names, parameter types and errors. */
import { bytesFromText, textFromBytes, trimSpace } from "../../text/index.ts";
import type { Execution } from "../exec/execution.ts";
import { humanizeDuration } from "../functions/humanize.ts";
import { grownCapacity } from "../functions/growth.ts";
import { matchesPattern, mustCompileMessage, replacePattern } from "../functions/regex.ts";
import { lowerRune, mapRunes, titleCase, upperRune } from "../functions/title.ts";
import { queryUnescape } from "../functions/url.ts";
import { duration } from "../time/duration.ts";
import { TIME } from "../time/methods.ts";
import { parseTime } from "../time/parse.ts";
import { GoTime, ZERO_TIME } from "../time/time.ts";
import {
  ANY,
  ANYS,
  GoError,
  STRING,
  STRINGS,
  type GoFunction,
  type GoType,
} from "../values/types.ts";
import { Dict, GoNamedText, GoSlice, type GoValue } from "../values/values.ts";
import { toJson } from "./json.ts";
import { joinStrings } from "./kv.ts";

/** `safeHtml` makes it: the HTML escaper lets it pass. */
export const HTML_TYPE: GoType = { kind: "string", name: "template.HTML", isNamed: true };
/** `safeUrl` makes it. */
export const URL_TYPE: GoType = { kind: "string", name: "template.URL", isNamed: true };

const BASE64_URL = /^(?:[A-Za-z0-9\-_]{4})*(?:[A-Za-z0-9\-_]{2}==|[A-Za-z0-9\-_]{3}=)?$/;

type Call = GoFunction["call"];

function define(params: readonly GoType[], call: Call): GoFunction {
  return { params, isVariadic: false, call };
}

function variadic(params: readonly GoType[], call: Call): GoFunction {
  return { params, isVariadic: true, call };
}

const text = (value: GoValue | undefined): string => (typeof value === "string" ? value : "");
const time = (value: GoValue | undefined): GoTime => (value instanceof GoTime ? value : ZERO_TIME);

/** A function from text to text that looks at every character by itself. */
function ofText(change: (value: string, run: Execution) => string): GoFunction {
  return define([STRING], ([value], run) => {
    run.budget.spend(text(value).length);
    const changed = change(text(value), run);
    run.budget.admitText(changed.length);
    return changed;
  });
}

function append(list: GoValue | undefined, added: readonly GoValue[], run: Execution): GoSlice {
  const slice = list instanceof GoSlice ? list : new GoSlice(ANYS, []);
  const length = slice.length + added.length;
  run.budget.spend(added.length);
  if (length <= slice.capacity) {
    for (const [at, value] of added.entries()) {
      slice.array[slice.from + slice.length + at] = value;
    }
    return new GoSlice(ANYS, slice.array, { from: slice.from, length, capacity: slice.capacity });
  }
  run.budget.spend(length);
  const array = [...slice.elements(), ...added];
  return new GoSlice(ANYS, array, { length, capacity: grownCapacity(slice.capacity, length) });
}

function readTime(
  layout: GoValue | undefined,
  value: GoValue | undefined,
  { budget }: Execution,
): GoTime {
  budget.spend(text(layout).length + text(value).length);
  return parseTime(text(layout), text(value));
}

function dict(values: readonly GoValue[]): Dict {
  if (values.length % 2 !== 0) throw new GoError("dict requires an even number of arguments");
  const entries = new Map<string, GoValue>();
  for (let at = 0; at < values.length; at += 2) {
    const key = values[at];
    if (typeof key !== "string") throw new GoError("dict keys must be strings");
    entries.set(key, values[at + 1] ?? null);
  }
  return new Dict(entries);
}

function base64Decode(encoded: string): string {
  const clean = encoded.replace(/[\r\n]/g, "");
  if (!BASE64_URL.test(clean)) {
    throw new GoError(`illegal base64 data at input byte ${badBase64At(encoded)}`);
  }
  return textFromBytes(Buffer.from(clean, "base64url"));
}

/** Where Go's decoder stops: at the first wrong byte, or at the end of the last whole group. */
function badBase64At(encoded: string): number {
  const bytes = Array.from(bytesFromText(encoded), (byte) => String.fromCharCode(byte));
  let inGroup = 0;
  for (const [at, char] of bytes.entries()) {
    if (char === "\r" || char === "\n") continue;
    if (/[A-Za-z0-9\-_]/.test(char)) inGroup = (inGroup + 1) % 4;
    else return char === "=" ? paddingFaultAt(bytes, at, inGroup) : at;
  }
  return bytes.length - inGroup;
}

function paddingFaultAt(bytes: readonly string[], at: number, inGroup: number): number {
  if (inGroup < 2) return at;
  let next = at + 1;
  while (bytes[next] === "\r" || bytes[next] === "\n") next += 1;
  if (inGroup === 2) {
    if (bytes[next] === undefined) return bytes.length;
    if (bytes[next] !== "=") return next - 1;
    next += 1;
    while (bytes[next] === "\r" || bytes[next] === "\n") next += 1;
  }
  return next;
}

/** All functions by name. Together with Go's own they are what a template may call. */
export const ALERTMANAGER_FUNCTIONS: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ["toUpper", ofText((value) => mapRunes(value, upperRune))],
  ["toLower", ofText((value) => mapRunes(value, lowerRune))],
  ["title", ofText((value) => titleCase(value))],
  ["trimSpace", ofText((value) => trimSpace(value))],
  [
    "join",
    define([STRING, STRINGS], ([separator, list], run) => joinStrings(list, separator, run.budget)),
  ],
  [
    "match",
    define([STRING, STRING], ([pattern, value], { regexes, budget }) =>
      matchesPattern(regexes.compile(text(pattern), budget), text(value), budget),
    ),
  ],
  ["safeHtml", define([STRING], ([value]) => new GoNamedText(HTML_TYPE, text(value)))],
  ["safeUrl", define([STRING], ([value]) => new GoNamedText(URL_TYPE, text(value)))],
  ["urlUnescape", ofText((value) => queryUnescape(value))],
  ["reReplaceAll", define([STRING, STRING, STRING], reReplaceAll)],
  ["stringSlice", variadic([STRING], (values) => new GoSlice(STRINGS, [...values]))],
  ["routeLabels", define([STRING], ([name], run) => run.routeLabel(text(name)))],
  [
    "date",
    define([STRING, TIME], ([layout, at], run) => {
      run.budget.spend(text(layout).length);
      return time(at).format(text(layout));
    }),
  ],
  ["tz", define([STRING, TIME], ([name, at], { zones }) => time(at).in(zones.load(text(name))))],
  ["now", define([], (_args, run) => run.now)],
  ["since", define([TIME], ([at], run) => duration(run.now.ns - time(at).ns))],
  ["humanizeDuration", define([ANY], ([value = null], run) => humanizeDuration(value, run.budget))],
  [
    "toDate",
    define([STRING, STRING], ([layout, value], run) => {
      try {
        return readTime(layout, value, run);
      } catch (error) {
        if (!(error instanceof GoError)) throw error;
        return ZERO_TIME;
      }
    }),
  ],
  ["mustToDate", define([STRING, STRING], ([layout, value], run) => readTime(layout, value, run))],
  ["toJson", define([ANY], ([value = null], run) => toJson(value, run.budget))],
  ["base64encode", ofText(base64Encode)],
  ["base64decode", ofText((value) => base64Decode(value))],
  ["list", variadic([ANY], (values) => new GoSlice(ANYS, [...values]))],
  ["append", variadic([ANYS, ANY], ([list, ...added], run) => append(list, added, run))],
  ["dict", variadic([ANY], (values) => dict(values))],
]);

function reReplaceAll([pattern, replacement, value]: readonly GoValue[], run: Execution): string {
  try {
    const compiled = run.regexes.compile(text(pattern), run.budget);
    const texts = { text: text(value), replacement: text(replacement) };
    return replacePattern(compiled, texts, run.budget);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw new GoError(mustCompileMessage(text(pattern), error.message));
  }
}

/** Go pads, Node does not. */
function base64Encode(value: string): string {
  const encoded = Buffer.from(bytesFromText(value)).toString("base64url");
  return encoded.padEnd(Math.ceil(encoded.length / 4) * 4, "=");
}
