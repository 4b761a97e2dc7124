/** Shapes of single values: texts, secrets, booleans and numbers. */
import { EMIT_NULL } from "../yaml/emit.ts";
import type { Emit } from "../yaml/emit.ts";
import type { ScalarNode, YamlNode } from "../yaml/node.ts";
import { resolveScalar } from "../yaml/scalar.ts";
import type { ResolvedScalar } from "../yaml/scalar.ts";
import type { Scope } from "./scope.ts";
import { describeNode } from "./shape.ts";
import type { Shape } from "./shape.ts";

/** What stands in marshalled text for every secret, and is taken for one when it is read. */
export const SECRET_MARK = "<secret>";

const TYPE_WORDS: ReadonlyMap<string, string> = new Map([
  ["!!null", "null"],
  ["!!bool", "boolean"],
  ["!!int", "number"],
  ["!!float", "number"],
  ["!!str", "text"],
  ["!!timestamp", "date"],
]);

/** Any text as it is written, `yes` and `010` included; empty is "not set". */
export const text: Shape<string> = {
  wanted: "a text",
  zero: "",
  decode: (node, scope) => readText(node, scope, "a text") ?? "",
  encode: (value) => ({ kind: "text", text: value }),
  isZero: (value) => value === "",
};

/** A text that is only shown as `<secret>`. */
export const secret: Shape<string> = { ...text, encode: encodeSecret };

export const bool: Shape<boolean> = {
  wanted: "a boolean",
  zero: false,
  decode(node, scope, before) {
    const found = readScalar(node, scope, bool.wanted);
    if (found === undefined) return before;
    if (found.value === null) return false;
    if (typeof found.value === "boolean") return found.value;
    refuseScalar(node, scope, bool.wanted);
    return before;
  },
  encode: (value) => ({ kind: "plain", text: String(value) }),
  isZero: (value) => !value,
};

/** Whole numbers of a Go type. What is not exact as a number (above 2^53) is refused. */
export const int: Shape<number> = wholeNumber("a whole number", Number.MIN_SAFE_INTEGER);
export const uint: Shape<number> = wholeNumber("a whole number from 0", 0);

export const float: Shape<number> = {
  wanted: "a number",
  zero: 0,
  decode(node, scope, before) {
    const found = readScalar(node, scope, float.wanted);
    if (found === undefined) return before;
    if (found.value === null) return 0;
    if (typeof found.value === "number" || typeof found.value === "bigint") {
      return Number(found.value);
    }
    refuseScalar(node, scope, float.wanted);
    return before;
  },
  encode: (value) => ({ kind: "plain", text: formatFloat(value) }),
  isZero: (value) => value === 0,
};

function wholeNumber(wanted: string, min: number): Shape<number> {
  return {
    wanted,
    zero: 0,
    decode(node, scope, before) {
      const found = readScalar(node, scope, wanted);
      if (found === undefined) return before;
      if (found.value === null) return 0;
      if (typeof found.value === "number" && found.value <= Number.MAX_SAFE_INTEGER) {
        // As upstream, a number with a fraction is cut.
        const whole = Math.trunc(found.value);
        if (whole >= min) return whole + 0;
      }
      refuseScalar(node, scope, wanted);
      return before;
    },
    encode: (value) => ({ kind: "plain", text: String(value) }),
    isZero: (value) => value === 0,
  };
}

/** A text that a function turns into a value. `parse` returns the reason when it cannot. */
export function parsedText<T>(options: {
  readonly wanted: string;
  readonly zero: T;
  readonly parse: (text: string, scope: Scope) => { value: T } | { problem: string };
  readonly encode: (value: T) => Emit;
  readonly isZero: (value: T) => boolean;
}): Shape<T> {
  return {
    wanted: options.wanted,
    zero: options.zero,
    decode(node, scope, before) {
      const found = readText(node, scope, options.wanted);
      if (found === undefined) return before;
      const result = options.parse(found, scope);
      if ("value" in result) return result.value;
      scope.ruleProblem(node, `Cannot use ${scope.where()}: ${result.problem}`);
      return before;
    },
    encode: options.encode,
    isZero: options.isZero,
  };
}

export function encodeSecret(value: string): Emit {
  return value === "" ? EMIT_NULL : { kind: "text", text: SECRET_MARK };
}

/** The text of a scalar, null as the empty text; undefined (and reported) when it is none. */
export function readText(node: YamlNode, scope: Scope, wanted: string): string | undefined {
  if (node.kind === "scalar" && node.tag === "" && !node.plain) return node.value;
  const found = readScalar(node, scope, wanted);
  if (found === undefined) return undefined;
  if (found.value === null) return "";
  if (found.tag === "!!binary") return String(found.value);
  return (node as ScalarNode).value; // Only scalars resolve.
}

/** Resolves a scalar; undefined (and reported) for collections and for a tag that does not fit. */
export function readScalar(
  node: YamlNode,
  scope: Scope,
  wanted: string,
): ResolvedScalar | undefined {
  if (node.kind !== "scalar") {
    scope.wrongShape(node, wanted, describeNode(node, typeWord));
    return undefined;
  }
  const found = resolveScalar(node);
  if (found === undefined) {
    scope.shapeProblem(node, `Cannot read ${scope.where()} as "${node.tag}": it is none`);
  }
  return found;
}

export function refuseScalar(node: YamlNode, scope: Scope, wanted: string): void {
  scope.wrongShape(node, wanted, describeNode(node, typeWord));
}

/** "text", "number", … for a message. */
export function typeWord(node: ScalarNode): string {
  const tag = resolveScalar(node)?.tag ?? node.tag;
  return TYPE_WORDS.get(tag) ?? tag;
}

/** Go's shortest form (`strconv.FormatFloat` with `g`): an exponent from a million on. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  const [mantissa = "", exponentText = "0"] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return plainDecimal(value);
  const sign = exponent < 0 ? "-" : "+";
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function plainDecimal(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
