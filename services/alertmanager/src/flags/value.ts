/**
 * The text of a flag to its value. The error texts of Alertmanager's own flags are those of its parser
 * (kingpin v2, Go's time and strconv); the texts of ours name the flag and what is wanted.
 */
import { parseGoDuration, parsePrometheusDuration } from "@tocsin/domain/duration";
import { unreachable } from "@tocsin/foundation";

import type { FlagSpec } from "./flag.ts";
import { UPSTREAM_FLAGS } from "./table.ts";

export type FlagValue = string | readonly string[] | boolean | number;

export type FlagValueResult =
  | { readonly ok: true; readonly value: FlagValue }
  | { readonly ok: false; readonly problem: string };

const BYTES_FORM = /^(\d{1,15})(KiB|MiB|GiB)?$/;
const BYTES_UNITS: ReadonlyMap<string, number> = new Map([
  ["KiB", 1024],
  ["MiB", 1024 ** 2],
  ["GiB", 1024 ** 3],
]);
const FLOAT_FORM = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NOT_A_NUMBER = /^nan$/i;
const INFINITE = /^[+-]?inf(inity)?$/i;
const NS_PER_MS = 1_000_000;

/** Reads what was given for a flag; `texts` has one element unless the flag may be repeated. */
export function parseFlagValue(spec: FlagSpec, texts: readonly string[]): FlagValueResult {
  const text = texts.at(-1) ?? "";
  switch (spec.kind) {
    case "text":
      return { ok: true, value: text };
    case "list":
      return { ok: true, value: texts };
    case "switch":
      return text === "true" || text === "false"
        ? { ok: true, value: text === "true" }
        : refuse(spec, text, '"true" or "false" is wanted');
    case "choice":
      return parseChoice(spec, text);
    case "duration":
      return parseDuration(spec, text);
    case "bytes":
      return parseBytes(spec, text);
    case "count":
    case "number":
      return parseNumber(spec, text);
    default:
      return unreachable(spec.kind);
  }
}

function parseChoice(spec: FlagSpec, text: string): FlagValueResult {
  const value = spec.isAnyCase === true ? text.toLowerCase() : text;
  if (spec.choices?.includes(value) === true) return { ok: true, value };
  return { ok: false, problem: `unrecognized ${spec.name.replace(".", " ")} ${text}` };
}

function parseDuration(spec: FlagSpec, text: string): FlagValueResult {
  const go = parseGoDuration(text);
  if (go.ok) return within(spec, text, Number(go.ns) / NS_PER_MS);
  const prometheus = parsePrometheusDuration(text);
  if (prometheus.ok) return within(spec, text, prometheus.ms);
  if (UPSTREAM_FLAGS.has(spec.name)) return { ok: false, problem: goDurationProblem(text) };
  return refuse(spec, text, 'a duration such as "500ms" or "1m30s" is wanted');
}

/** What Go's `time.ParseDuration` says of a text that it refuses. */
function goDurationProblem(text: string): string {
  const quoted = JSON.stringify(text);
  for (const [, number = "", unit = ""] of text
    .replace(/^[+-]/, "")
    .matchAll(/([\d.]*)([^\d.]*)/g)) {
    if (!/\d/.test(number)) break;
    if (unit === "") return `time: missing unit in duration ${quoted}`;
    if (!/^(ns|us|\u00b5s|\u03bcs|ms|s|m|h)$/.test(unit)) {
      return `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`;
    }
  }
  return `time: invalid duration ${quoted}`;
}

function parseBytes(spec: FlagSpec, text: string): FlagValueResult {
  const [, digits, unit = ""] = BYTES_FORM.exec(text) ?? [];
  if (digits === undefined) {
    return refuse(spec, text, 'a whole number of bytes is wanted, such as "1048576" or "1MiB"');
  }
  return within(spec, text, Number(digits) * (BYTES_UNITS.get(unit) ?? 1));
}

function parseNumber(spec: FlagSpec, text: string): FlagValueResult {
  if (UPSTREAM_FLAGS.has(spec.name)) return parseUpstreamNumber(spec, text);
  const value = Number(text);
  if (!FLOAT_FORM.test(text) || !Number.isInteger(value)) {
    return refuse(spec, text, "a whole number is wanted");
  }
  return within(spec, text, value);
}

/** Alertmanager reads whole numbers as fractions too and cuts them; one that is none means no limit. */
function parseUpstreamNumber({ kind }: FlagSpec, text: string): FlagValueResult {
  const problem = (why: string): FlagValueResult => {
    return { ok: false, problem: `strconv.ParseFloat: parsing ${JSON.stringify(text)}: ${why}` };
  };
  const isInfinite = INFINITE.test(text);
  const plain = text.replace(/(?<=\d)_(?=\d)/g, "");
  if (!isInfinite && !NOT_A_NUMBER.test(text) && !FLOAT_FORM.test(plain)) {
    return problem("invalid syntax");
  }
  const value = isInfinite ? Number(`${text.startsWith("-") ? "-" : ""}Infinity`) : Number(plain);
  if (!isInfinite && Math.abs(value) === Infinity) return problem("value out of range");
  if (kind === "number") return { ok: true, value };
  return { ok: true, value: Number.isFinite(value) ? Math.trunc(value) : 0 };
}

function within(spec: FlagSpec, text: string, value: number): FlagValueResult {
  const range = spec.range;
  if (range === undefined || (value >= range.min && value <= range.max)) return { ok: true, value };
  const unit = spec.kind === "duration" ? "ms" : spec.kind === "bytes" ? "bytes" : "";
  const bounds = `${range.min} to ${range.max} ${unit}`.trimEnd();
  return refuse(spec, text, `a value from ${bounds} is wanted`);
}

function refuse(spec: FlagSpec, text: string, wanted: string): FlagValueResult {
  return { ok: false, problem: `cannot set --${spec.name} to ${JSON.stringify(text)}: ${wanted}` };
}
