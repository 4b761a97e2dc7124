/**
 * Values as Go's `fmt` prints them under a verb: the walk over structs, maps and lists, the use of
 * `String` methods, and the `%!d(string=x)` for a verb that does not fit.
 */
import type { Budget } from "../budget.ts";
import type { GoField, GoType } from "../values/types.ts";
import {
  GoComplex,
  GoInteger,
  GoNamedText,
  GoPointer,
  GoSlice,
  isMap,
  typeName,
  typeOf,
  type GoMap,
  type GoStruct,
  type GoValue,
} from "../values/values.ts";
import { bytesOfSlice } from "../values/bytes.ts";
import { SHORTEST } from "./float.ts";
import { FormatWriter } from "./writer.ts";

const STRING_VERBS = "vsxXq";
const VALUE_STEPS = 6;
/** The text of a time in a zone is what costs most. */
const METHOD_STEPS = 30;
/** Where a pointer shows its address: ours have none, so all show this one. */
const ADDRESS = 0xc000010000n;
const FLOAT_PRECISION = 6;

export class Printer {
  readonly writer: FormatWriter;
  /** The value that a bad verb shows: the last one that was not an unexported field. */
  #shown: GoValue = null;
  #isErroring = false;

  constructor(budget: Budget) {
    this.writer = new FormatWriter(budget);
  }

  /** Prints an argument of `printf` or `print`. */
  argument(value: GoValue, verb: string): void {
    this.#shown = value;
    if (value === null) {
      if (verb === "v" || verb === "T") this.writer.pad("<nil>");
      else this.#badVerb(verb);
    } else if (verb === "T") {
      this.writer.text(typeName(value));
    } else if (verb === "p") {
      this.#pointer(value, verb);
    } else if (!this.#byMethod(value, verb)) {
      this.#value(value, verb, 0);
    }
  }

  #badVerb(verb: string): void {
    this.#isErroring = true;
    this.writer.write(`%!${verb}(`);
    if (this.#shown === null) this.writer.write("<nil>");
    else {
      this.writer.write(`${typeName(this.#shown)}=`);
      this.argument(this.#shown, "v");
    }
    this.writer.write(")");
    this.#isErroring = false;
  }

  /** Prints by the value's own method if it has one and the verb asks for text. */
  #byMethod(value: GoValue, verb: string): boolean {
    if (this.#isErroring || typeof value !== "object" || value === null) return false;
    const { type } = value;
    if (this.writer.flags.sharpV) {
      if (type.goStringOf === undefined) return false;
      this.writer.text(type.goStringOf(value));
      return true;
    }
    if (type.stringOf === undefined || !STRING_VERBS.includes(verb)) return false;
    this.writer.spend(METHOD_STEPS);
    this.#text(type.stringOf(value), verb);
    return true;
  }

  #value(value: GoValue, verb: string, depth: number): void {
    this.writer.spend(VALUE_STEPS);
    if (typeof value === "string") this.#text(value, verb);
    else if (value instanceof GoNamedText) this.#text(value.text, verb);
    else if (typeof value === "boolean") this.#boolean(value, verb);
    else if (typeof value === "bigint") this.#integer(value, verb, true);
    else if (typeof value === "number") this.#float(value, verb);
    else if (value instanceof GoInteger) {
      this.#integer(value.value, verb, !value.type.kind.startsWith("u"));
    } else if (value instanceof GoComplex) this.#complex(value, verb);
    else if (value instanceof GoSlice) this.#slice(value, verb, depth);
    else if (isMap(value)) this.#map(value, verb, depth);
    else if (value instanceof GoPointer) this.#pointed(value, verb, depth);
    else if (value !== null) this.#struct(value, { verb, depth });
  }

  /** A value inside another one; `slot` is what the container declares. */
  #inner(value: GoValue, slot: GoType, at: { verb: string; depth: number }): void {
    this.#shown = value;
    if (value === null && slot.kind === "interface") {
      this.writer.write(this.writer.flags.sharpV ? `${slot.name}(nil)` : "<nil>");
    } else if (!this.#byMethod(value, at.verb)) {
      this.writer.nested(() => this.#value(value, at.verb, at.depth + 1));
    }
  }

  #text(text: string, verb: string): void {
    if (verb === "v") {
      if (this.writer.flags.sharpV) this.writer.quotedText(text);
      else this.writer.text(text);
    } else if (verb === "s") this.writer.text(text);
    else if (verb === "x" || verb === "X") this.writer.hexText(text, verb === "X");
    else if (verb === "q") this.writer.quotedText(text);
    else this.#badVerb(verb);
  }

  #boolean(value: boolean, verb: string): void {
    if (verb === "t" || verb === "v") this.writer.boolean(value);
    else this.#badVerb(verb);
  }

  #integer(value: bigint, verb: string, isSigned: boolean): void {
    switch (verb) {
      case "v":
        if (this.writer.flags.sharpV && !isSigned) this.writer.hexadecimal(value);
        else this.writer.integer(value, 10);
        break;
      case "d":
        this.writer.integer(value, 10);
        break;
      case "b":
        this.writer.integer(value, 2);
        break;
      case "o":
        this.writer.integer(value, 8);
        break;
      case "O":
        this.writer.integer(value, 8, "prefixed");
        break;
      case "x":
        this.writer.integer(value, 16);
        break;
      case "X":
        this.writer.integer(value, 16, "capital");
        break;
      case "c":
        this.writer.character(value);
        break;
      case "q":
        this.writer.quotedCharacter(value);
        break;
      case "U":
        this.writer.unicode(value);
        break;
      default:
        this.#badVerb(verb);
    }
  }

  #float(value: number, verb: string): void {
    switch (verb) {
      case "v":
        this.writer.float(value, "g", SHORTEST);
        break;
      case "b":
      case "g":
      case "G":
      case "x":
      case "X":
        this.writer.float(value, verb, SHORTEST);
        break;
      case "e":
      case "E":
      case "f":
        this.writer.float(value, verb, FLOAT_PRECISION);
        break;
      case "F":
        this.writer.float(value, "f", FLOAT_PRECISION);
        break;
      default:
        this.#badVerb(verb);
    }
  }

  #complex(value: GoComplex, verb: string): void {
    if (!"vbgGxXfFeE".includes(verb)) {
      this.#badVerb(verb);
      return;
    }
    const { plus } = this.writer.flags;
    this.writer.write("(");
    this.#float(value.re, verb);
    this.writer.flags.plus = true;
    this.#float(value.im, verb);
    this.writer.flags.plus = plus;
    this.writer.write("i)");
  }

  #slice(value: GoSlice, verb: string, depth: number): void {
    const elem = value.type.elem as GoType; // slices have one
    if (elem.kind === "uint8" && "sqxX".includes(verb)) {
      this.#text(bytesOfSlice(value), verb);
      return;
    }
    const { sharpV } = this.writer.flags;
    if (sharpV) this.writer.write(value.type.name);
    if (sharpV && value.isNil) {
      this.writer.write("(nil)");
      return;
    }
    this.writer.write(sharpV ? "{" : "[");
    for (let at = 0; at < value.length; at += 1) {
      if (at > 0) this.writer.write(sharpV ? ", " : " ");
      this.#inner(value.at(at), elem, { verb, depth });
    }
    this.writer.write(sharpV ? "}" : "]");
  }

  #map(value: GoMap, verb: string, depth: number): void {
    const elem = value.type.elem as GoType; // maps have one
    const { sharpV } = this.writer.flags;
    if (sharpV && value.isNil) {
      this.writer.write(`${value.type.name}(nil)`);
      return;
    }
    this.writer.write(sharpV ? `${value.type.name}{` : "map[");
    let isFirst = true;
    for (const [key, element] of value.sortedEntries()) {
      if (!isFirst) this.writer.write(sharpV ? ", " : " ");
      isFirst = false;
      this.#shown = key;
      this.#text(key, verb);
      this.writer.write(":");
      this.#inner(element, elem, { verb, depth });
    }
    this.writer.write(sharpV ? "}" : "]");
  }

  #struct(value: GoStruct, at: { verb: string; depth: number }): void {
    const { type } = value;
    const { sharpV, plusV } = this.writer.flags;
    this.writer.write(sharpV ? `${type.name}{` : "{");
    for (const [index, field] of (type.fields ?? []).entries()) {
      if (index > 0) this.writer.write(sharpV ? ", " : " ");
      if (sharpV || plusV) this.writer.write(`${field.name}:`);
      this.#field(field, value, at);
    }
    this.writer.write("}");
  }

  #field(field: GoField, value: GoValue, at: { verb: string; depth: number }): void {
    const inner = field.read(value);
    if (field.jsonName !== undefined) this.#inner(inner, field.type, at);
    else if (inner === null) this.#nilPointer(field.type, at.verb);
    else {
      // Methods of what is not exported are out of reach for Go's printer.
      this.#shown = inner;
      this.#value(inner, at.verb, at.depth + 1);
    }
  }

  #nilPointer(type: GoType, verb: string): void {
    if (this.writer.flags.sharpV) this.writer.write(`(${type.name})(nil)`);
    else if (verb === "v") this.writer.pad("<nil>");
    else if ("bodxX".includes(verb)) this.#integer(0n, verb, false);
    else {
      this.writer.write(`%!${verb}(${type.name}=`);
      this.writer.pad("<nil>");
      this.writer.write(")");
    }
  }

  #pointed(value: GoPointer, verb: string, depth: number): void {
    if (depth > 0) {
      this.#pointer(value, verb);
      return;
    }
    this.writer.write("&");
    this.#inner(value.target, value.target.type, { verb, depth });
  }

  #pointer(value: GoValue, verb: string): void {
    const kind = typeOf(value)?.kind;
    if (kind !== "pointer" && kind !== "map" && kind !== "slice") this.#badVerb(verb);
    else if (this.writer.flags.sharpV && verb === "v") {
      this.writer.write(`(${typeName(value)})(`);
      this.writer.hexadecimal(ADDRESS);
      this.writer.write(")");
    } else if (verb !== "v" && verb !== "p") this.#integer(ADDRESS, verb, false);
    else if (this.writer.flags.sharp) this.writer.integer(ADDRESS, 16);
    else this.writer.hexadecimal(ADDRESS);
  }
}
