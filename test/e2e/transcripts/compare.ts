/** What differs between an answer and what a transcript wants of it; undefined when nothing does. */
import { short, type Placeholders } from "./placeholders.ts";
import { findMetricsDifference, type WantedMetrics } from "./metrics-page.ts";

/** An answer as it came. */
export interface Answer {
  readonly status: number;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface WantedAnswer {
  readonly status: number;
  /** Only these are looked at; null: must not be there. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly json?: unknown;
  readonly text?: string;
  readonly metrics?: WantedMetrics;
}

export function findDifference(
  want: WantedAnswer,
  got: Answer,
  places: Placeholders,
): string | undefined {
  if (got.status !== want.status) {
    return `status: want ${want.status}, got ${got.status} with ${short(got.text)}`;
  }
  for (const [name, value] of Object.entries(want.headers ?? {})) {
    const difference = findHeaderDifference(name, value, { got, places });
    if (difference !== undefined) return `header ${name}: ${difference}`;
  }
  if (want.metrics !== undefined) return findMetricsDifference(want.metrics, got.text);
  if (want.text !== undefined) return places.findDifference(want.text, got.text);
  if (!("json" in want)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(got.text);
  } catch {
    return `want JSON, got ${short(got.text)}`;
  }
  return findValueDifference(want.json, value, { places, path: "body" });
}

function findHeaderDifference(
  name: string,
  want: string | null,
  { got, places }: { readonly got: Answer; readonly places: Placeholders },
): string | undefined {
  const actual = got.headers[name.toLowerCase()];
  if (want === null) return actual === undefined ? undefined : `want none, got ${actual}`;
  if (actual === undefined) return `want ${want}, got none`;
  if (name.toLowerCase() === "allow") {
    const sorted = (list: string): string => list.split(/,\s*/).sort().join();
    return sorted(want) === sorted(actual) ? undefined : `want ${want}, got ${actual}`;
  }
  if (name.toLowerCase() !== "content-type") return places.findDifference(want, actual);
  return places.findDifference(want.replaceAll(" ", ""), actual.replaceAll(" ", ""));
}

interface Place {
  readonly places: Placeholders;
  readonly path: string;
}

/** Compares JSON values; `["{{UNORDERED}}", …]` is a list in any order, `"{{MORE}}": true` lets keys be more. */
export function findValueDifference(want: unknown, got: unknown, place: Place): string | undefined {
  const { places, path } = place;
  if (typeof want === "string") {
    if (want === "{{ANY}}" || (want === "{{INT}}" && Number.isInteger(got))) return undefined;
    const difference =
      typeof got === "string" ? places.findDifference(want, got) : shown(want, got);
    return difference === undefined ? undefined : `${path}: ${difference}`;
  }
  if (Array.isArray(want) && Array.isArray(got)) return findListDifference(want, got, place);
  if (isObject(want) && isObject(got)) return findObjectDifference(want, got, place);
  return Object.is(want, got) ? undefined : `${path}: ${shown(want, got)}`;
}

function findListDifference(
  want: readonly unknown[],
  got: readonly unknown[],
  { places, path }: Place,
): string | undefined {
  const isUnordered = want[0] === "{{UNORDERED}}";
  const items = isUnordered ? want.slice(1) : want;
  if (items.length !== got.length) {
    return `${path}: want ${items.length} items, got ${got.length}: ${short(JSON.stringify(got))}`;
  }
  if (!isUnordered) {
    return items
      .map((item, at) => findValueDifference(item, got[at], { places, path: `${path}[${at}]` }))
      .find((difference) => difference !== undefined);
  }
  const left = [...got];
  for (const item of items) {
    const at = left.findIndex(
      (candidate) => findValueDifference(item, candidate, { places, path }) === undefined,
    );
    if (at < 0) return `${path}: ${shown(item, left)}`;
    left.splice(at, 1);
  }
  return undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function findObjectDifference(
  want: Fields,
  got: Fields,
  { places, path }: Place,
): string | undefined {
  const { "{{MORE}}": more, ...fields } = want;
  const wanted = new Map(Object.entries(fields).map(([key, value]) => [places.fill(key), value]));
  for (const [key, value] of wanted) {
    if (!Object.hasOwn(got, key)) return `${path}.${key}: missing`;
    const difference = findValueDifference(value, got[key], { places, path: `${path}.${key}` });
    if (difference !== undefined) return difference;
  }
  const extra = more === true ? undefined : Object.keys(got).find((key) => !wanted.has(key));
  return extra === undefined ? undefined : `${path}.${extra}: not expected`;
}

function shown(want: unknown, got: unknown): string {
  return `want ${short(JSON.stringify(want))}, got ${short(JSON.stringify(got) ?? "nothing")}`;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
