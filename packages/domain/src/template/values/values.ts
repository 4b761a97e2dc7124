/**
 * The values a template works on. What templates use all the time is a plain JavaScript value: string,
 * boolean, `number` for float64, `bigint` for int, null for nil. Everything else is an object that
 * knows its Go type.
 */
import { compareText } from "../../model/index.ts";
import { BOOL, COMPLEX128, DICT, FLOAT64, INT, STRING, type GoType } from "./types.ts";

export type GoValue = null | string | boolean | number | bigint | GoObject;

/** Every value that is not a plain one; `GoStruct` covers Data, Alert, Pair, Time and Location. */
export type GoObject = GoInteger | GoComplex | GoNamedText | GoSlice | GoMap | GoPointer | GoStruct;

/** An integer of another type than `int`: bytes, runes, durations, months. */
export class GoInteger {
  readonly type: GoType;
  readonly value: bigint;
  constructor(type: GoType, value: bigint) {
    this.type = type;
    this.value = value;
  }
}

export class GoComplex {
  readonly type: GoType = COMPLEX128;
  readonly re: number;
  readonly im: number;
  constructor(re: number, im: number) {
    this.re = re;
    this.im = im;
  }
}

/** A string of a named type, such as `template.HTML`: not assignable to `string`. */
export class GoNamedText {
  readonly type: GoType;
  readonly text: string;
  constructor(type: GoType, text: string) {
    this.type = type;
    this.text = text;
  }
}

/**
 * A window on an array, as in Go: `append` writes into the room behind the window when there is some,
 * so two slices may share what they append.
 */
export class GoSlice {
  readonly type: GoType;
  /** Shared with other slices; its length is the capacity in use, unset room is undefined. */
  readonly array: (GoValue | undefined)[];
  readonly from: number;
  readonly length: number;
  readonly capacity: number;
  readonly isNil: boolean;

  constructor(type: GoType, array: (GoValue | undefined)[], window?: SliceWindow) {
    this.type = type;
    this.array = array;
    this.from = window?.from ?? 0;
    this.length = window?.length ?? array.length;
    this.capacity = window?.capacity ?? this.length;
    this.isNil = window?.isNil ?? false;
  }

  /** The element at an index, which must be in range. */
  at(index: number): GoValue {
    return this.array[this.from + index] ?? null;
  }

  /** The elements of the window. */
  elements(): readonly GoValue[] {
    const { array, from, length } = this;
    const isWhole = from === 0 && length === array.length;
    const window = isWhole ? array : array.slice(from, from + length);
    return window as readonly GoValue[]; // inside a window every element is set
  }
}

export interface SliceWindow {
  readonly from?: number;
  readonly length: number;
  readonly capacity: number;
  readonly isNil?: boolean;
}

export interface GoMap {
  readonly type: GoType;
  readonly isNil: boolean;
  get size(): number;
  get(key: string): GoValue | undefined;
  /** In byte order, as Go visits and prints them. No entry is looked up by its key. */
  sortedEntries(): Iterable<readonly [string, GoValue]>;
}

/** What the function `dict` makes: `map[string]interface {}`. */
export class Dict implements GoMap {
  readonly type: GoType = DICT;
  readonly isNil = false;
  readonly #entries: ReadonlyMap<string, GoValue>;
  #sorted: readonly (readonly [string, GoValue])[] | undefined;

  constructor(entries: ReadonlyMap<string, GoValue>) {
    this.#entries = entries;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): GoValue | undefined {
    return this.#entries.get(key);
  }

  sortedEntries(): Iterable<readonly [string, GoValue]> {
    this.#sorted ??= [...this.#entries].sort(([left], [right]) => compareText(left, right));
    return this.#sorted;
  }
}

export class GoPointer {
  readonly type: GoType;
  readonly target: GoStruct;
  constructor(type: GoType, target: GoStruct) {
    this.type = type;
    this.target = target;
  }
}

/** A struct; its type's fields know how to read it. */
export interface GoStruct {
  readonly type: GoType;
}

/** The Go type of a value; undefined for nil, which has none. */
export function typeOf(value: GoValue): GoType | undefined {
  switch (typeof value) {
    case "string":
      return STRING;
    case "bigint":
      return INT;
    case "boolean":
      return BOOL;
    case "number":
      return FLOAT64;
    default:
      return value === null ? undefined : value.type;
  }
}

/** The type's name as errors and `%T` show it. */
export function typeName(value: GoValue): string {
  return typeOf(value)?.name ?? "<nil>";
}

export function isMap(value: GoValue): value is GoMap {
  return typeof value === "object" && value !== null && value.type.kind === "map";
}

/** The number of any integer value, or undefined. */
export function integerOf(value: GoValue): bigint | undefined {
  if (typeof value === "bigint") return value;
  return value instanceof GoInteger ? value.value : undefined;
}

/** The text of any value of kind string, or undefined. */
export function stringOf(value: GoValue): string | undefined {
  if (typeof value === "string") return value;
  return value instanceof GoNamedText ? value.text : undefined;
}

/** Follows a pointer. */
export function pointee(value: GoValue): GoValue {
  return value instanceof GoPointer ? value.target : value;
}

/** What printing shows of a value: what a pointer points to, unless the pointer has a text of its own. */
export function printable(value: GoValue): GoValue {
  return typeOf(value)?.stringOf === undefined ? pointee(value) : value;
}

/** Go's truth: false for zero, the empty and nil; a struct is always true. */
export function isTrue(value: GoValue): boolean {
  switch (typeof value) {
    case "boolean":
      return value;
    case "string":
      return value !== "";
    case "bigint":
      return value !== 0n;
    case "number":
      return value !== 0;
    default:
      return value !== null && isTrueObject(value);
  }
}

function isTrueObject(value: GoObject): boolean {
  if (value instanceof GoSlice) return value.length > 0;
  if (value instanceof GoInteger) return value.value !== 0n;
  if (value instanceof GoNamedText) return value.text !== "";
  if (value instanceof GoComplex) return value.re !== 0 || value.im !== 0;
  return !isMap(value) || value.size > 0;
}

/** Reads a whole number that is a constant of the program into a Go `int`. */
export function int(value: number): bigint {
  return BigInt(value);
}
