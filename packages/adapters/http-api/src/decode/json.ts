/**
 * JSON as Go's decoder takes it: the first value of a body counts and what follows is ignored, bytes that
 * are no UTF-8 and halves of surrogate pairs become U+FFFD, keys are matched without regard to case.
 * Names like `__proto__` are names like any other: only own keys are ever read, and none is assigned.
 */
import { AppError } from "@tocsin/foundation";

export type JsonObject = Readonly<Record<string, unknown>>;

export type JsonBody =
  /** `mend`: some string may hold half a surrogate pair. */
  | { readonly kind: "value"; readonly value: unknown; readonly mend: boolean }
  /** Nothing but blanks. */
  | { readonly kind: "empty" }
  | { readonly kind: "bad"; readonly reason: string };

const BLANKS = /^[ \t\r\n]*$/;
const HALF_CHARACTER = /\\u[dD][89a-fA-F]/;

/** Parses the first value of a body. */
export function parseJsonBody(body: Buffer): JsonBody {
  const text = body.toString("utf8");
  const mend = hasHalfCharacter(text);
  try {
    return { kind: "value", value: JSON.parse(text) as unknown, mend };
  } catch (thrown) {
    return parseFirstValue(text, { mend, reason: AppError.from(thrown).message });
  }
}

/** Whether a string in the text may hold half a surrogate pair. */
export function hasHalfCharacter(text: string): boolean {
  // Looking for a backslash takes next to no time, and most texts have none before a "u".
  return text.includes("\\u") && HALF_CHARACTER.test(text);
}

/** For broken bodies and those with something behind the value. */
function parseFirstValue(text: string, known: { mend: boolean; reason: string }): JsonBody {
  if (BLANKS.test(text)) return { kind: "empty" };
  const end = findValueEnd(text);
  if (end === text.length) return { kind: "bad", reason: known.reason };
  try {
    return { kind: "value", value: JSON.parse(text.slice(0, end)) as unknown, mend: known.mend };
  } catch {
    return { kind: "bad", reason: known.reason };
  }
}

/**
 * Where the first value ends; the end of the text if it does not. One pass by hand: an expression that
 * knows strings would start over at every quote of a body made to make it do so.
 */
function findValueEnd(text: string): number {
  let depth = 0;
  let inString = false;
  const scalar = /^[ \t\r\n]*[^ \t\r\n"[{]+/.exec(text);
  if (scalar !== null) return scalar[0].length;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inString && char === "\\") at += 1;
    else if (char === '"') inString = !inString;
    else if (inString) continue;
    else if (char === "[" || char === "{") depth += 1;
    else if (char === "]" || char === "}") depth -= 1;
    else continue;
    if (depth <= 0 && !inString) return at + 1;
  }
  return text.length;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value is called in JSON, for messages. */
export function jsonKind(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** A value that is not what it should be. */
export class DecodeProblem extends Error {
  override readonly name = "DecodeProblem";
}

/** A value that does not have the wanted type. `path` names the field: `alerts[3].labels.job`. */
export function mismatch(path: string, wanted: string, found: unknown): DecodeProblem {
  return new DecodeProblem(`${path}: ${wanted} wanted, ${jsonKind(found)} given`);
}

/** Something of which there is too much. */
export class LimitProblem extends Error {
  override readonly name = "LimitProblem";
}

/** A body that is no JSON. */
export class SyntaxProblem extends Error {
  override readonly name = "SyntaxProblem";
}

/**
 * The field's value; undefined when it is absent or null, which mean the same to Go. Keys are matched
 * without regard to case, and of several the last counts.
 */
export function fieldOf(object: JsonObject, name: string): unknown {
  return lastOf(object, name, { skipsNull: false });
}

function lastOf(
  object: JsonObject,
  name: string,
  { skipsNull }: { readonly skipsNull: boolean },
): unknown {
  let value: unknown;
  for (const key in object) {
    if (!Object.hasOwn(object, key) || key.length !== name.length) continue;
    // Almost no sender writes a key in another case.
    if (key !== name && foldKey(key) !== name.toLowerCase()) continue;
    value = object[key] ?? (skipsNull ? value : undefined);
  }
  return value;
}

/** A key without regard to case, as Go folds it: the long s is an s, the sign of Kelvin a k. */
export function foldKey(key: string): string {
  return key.toLowerCase().replaceAll("ſ", "s");
}

/** As `fieldOf`, for a text. A null leaves what was there before. */
export function textOf(object: JsonObject, name: string, path: string): string | undefined {
  const value = lastOf(object, name, { skipsNull: true });
  if (value === undefined || typeof value === "string") return value;
  throw mismatch(`${path}${name}`, "string", value);
}
