/**
 * Go types as data. A template sees values of some thirty types, and their kinds, names, fields and
 * methods decide what it may do with them and what errors and `%T` say; this is what `reflect` gives
 * Go's engine.
 */
import type { Execution } from "../exec/execution.ts";
import type { GoValue } from "./values.ts";

export type Kind =
  | "bool"
  | "int"
  | "int32"
  | "int64"
  | "uint8"
  | "uint64"
  | "float64"
  | "complex128"
  | "string"
  | "slice"
  | "map"
  | "struct"
  | "pointer"
  | "interface";

export interface GoType {
  readonly kind: Kind;
  /** As `%T` prints it: `template.KV`, `[]string`. */
  readonly name: string;
  /** Declared under a name of its own, which makes it differ from types of the same structure. */
  readonly isNamed: boolean;
  /** Of slices, maps and pointers. */
  readonly elem?: GoType;
  /** Of structs, in declaration order. */
  readonly fields?: readonly GoField[];
  readonly methods?: ReadonlyMap<string, GoMethod>;
  /** Its `String` method, which printing uses. */
  readonly stringOf?: (value: GoValue) => string;
  /** Its `GoString` method, which `%#v` uses. */
  readonly goStringOf?: (value: GoValue) => string;
  /** Its `MarshalJSON` method; throws a `GoError`. */
  readonly jsonOf?: (value: GoValue) => string;
}

export interface GoField {
  readonly name: string;
  readonly type: GoType;
  /** Key in JSON; undefined for a field that templates and JSON do not see. */
  readonly jsonName: string | undefined;
  readonly read: (value: GoValue) => GoValue;
}

export interface Signature {
  /** Of a variadic function the last is the element type. */
  readonly params: readonly GoType[];
  readonly isVariadic: boolean;
  /** Why templates cannot call it although it exists, such as two results. */
  readonly flaw?: string;
}

export interface GoMethod extends Signature {
  readonly call: (receiver: GoValue, args: readonly GoValue[], run: Execution) => GoValue;
}

export interface GoFunction extends Signature {
  readonly call: (args: readonly GoValue[], run: Execution) => GoValue;
}

/** An `error` that a function or method returned: the executor says which one, and where. */
export class GoError extends Error {
  override readonly name = "GoError";
}

export const BOOL: GoType = basic("bool");
export const INT: GoType = basic("int");
export const INT64: GoType = basic("int64");
export const UINT8: GoType = basic("uint8");
export const UINT64: GoType = basic("uint64");
export const FLOAT64: GoType = basic("float64");
export const COMPLEX128: GoType = basic("complex128");
export const STRING: GoType = basic("string");
/** `interface {}`: takes everything, nil too. */
export const ANY: GoType = { kind: "interface", name: "interface {}", isNamed: false };
/** What Go's own template functions take: a value with its type, never converted. */
export const VALUE: GoType = { kind: "struct", name: "reflect.Value", isNamed: true };

export const STRINGS: GoType = sliceOf(STRING);
export const BYTES: GoType = sliceOf(UINT8);
export const ANYS: GoType = sliceOf(ANY);
export const DICT: GoType = mapOf(ANY);

function basic(kind: Kind): GoType {
  return { kind, name: kind, isNamed: true };
}

export function sliceOf(elem: GoType): GoType {
  return { kind: "slice", name: `[]${elem.name}`, isNamed: false, elem };
}

function mapOf(elem: GoType): GoType {
  return { kind: "map", name: `map[string]${elem.name}`, isNamed: false, elem };
}

export function pointerTo(elem: GoType): GoType {
  const { methods, stringOf, goStringOf, jsonOf } = elem;
  const inherited = {
    ...(methods && { methods }),
    ...(stringOf && { stringOf }),
    ...(goStringOf && { goStringOf }),
    ...(jsonOf && { jsonOf }),
  };
  return { kind: "pointer", name: `*${elem.name}`, isNamed: false, elem, ...inherited };
}

/** Go's rule for passing a value of one type where another is wanted. */
export function isAssignable(from: GoType, to: GoType): boolean {
  if (from === to || to === ANY) return true;
  if (from.isNamed && to.isNamed) return false;
  if (from.kind !== to.kind || from.elem === undefined || to.elem === undefined) return false;
  return from.elem === to.elem || (!from.elem.isNamed && isAssignable(from.elem, to.elem));
}

export function isInteger(kind: Kind): boolean {
  return (
    kind === "int" || kind === "int32" || kind === "int64" || kind === "uint8" || kind === "uint64"
  );
}

/** A method without arguments, as most are. */
export function getter(call: (receiver: GoValue) => GoValue): GoMethod {
  return { params: [], isVariadic: false, call };
}
