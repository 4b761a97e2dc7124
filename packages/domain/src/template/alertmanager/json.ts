/** Go's `json.Marshal` for the values of templates: sorted maps, field names of structs, `\u003c` for `<`. */
import type { Budget } from "../budget.ts";
import { bytesFromText } from "../../text/index.ts";
import { bytesOfSlice } from "../values/bytes.ts";
import { mendText } from "../values/text.ts";
import { GoError, type GoField } from "../values/types.ts";
import {
  GoComplex,
  GoInteger,
  GoPointer,
  GoSlice,
  isMap,
  stringOf,
  typeOf,
  type GoMap,
  type GoValue,
} from "../values/values.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
};

/** @throws GoError for what JSON cannot hold: complex numbers, years beyond 9999. */
export function toJson(value: GoValue, budget: Budget): string {
  const text = jsonOf(value, budget);
  budget.admitText(text.length);
  return text;
}

function jsonOf(value: GoValue, budget: Budget): string {
  budget.spend(1);
  const text = stringOf(value);
  if (text !== undefined) {
    budget.spend(text.length >> 4);
    return jsonText(text);
  }
  if (value === null) return "null";
  if (typeof value === "number") return jsonFloat(value);
  if (typeof value !== "object") return String(value);
  if (value instanceof GoInteger) return String(value.value);
  if (value instanceof GoComplex) throw new GoError("json: unsupported type: complex128");
  budget.enter();
  const json = jsonOfComposite(value, budget);
  budget.leave();
  budget.admitText(json.length);
  return json;
}

function jsonOfComposite(value: GoValue & object, budget: Budget): string {
  const type = typeOf(value);
  if (type?.jsonOf !== undefined) return byOwnMethod(value, type.jsonOf, type.name);
  if (value instanceof GoSlice) return jsonList(value, budget);
  if (isMap(value)) return jsonMap(value, budget);
  if (value instanceof GoPointer) return jsonOf(value.target, budget);
  const members = jsonFieldsOf(value).map((field) => {
    return `${jsonText(field.jsonName)}:${jsonOf(field.read(value), budget)}`;
  });
  return `{${members.join(",")}}`;
}

/** The fields of a struct that its JSON has, in their order. */
export function jsonFieldsOf(value: GoValue & object): readonly JsonField[] {
  const fields = typeOf(value)?.fields ?? [];
  return fields.filter((field): field is JsonField => field.jsonName !== undefined);
}

type JsonField = GoField & { readonly jsonName: string };

function byOwnMethod(value: GoValue, jsonOfType: (value: GoValue) => string, name: string): string {
  try {
    return jsonOfType(value);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw new GoError(`json: error calling MarshalJSON for type ${name}: ${error.message}`);
  }
}

function jsonList(list: GoSlice, budget: Budget): string {
  if (list.isNil) return "null";
  if (list.type.elem?.kind === "uint8") {
    return `"${Buffer.from(bytesFromText(bytesOfSlice(list))).toString("base64")}"`;
  }
  let size = 0;
  const items: string[] = [];
  for (const element of list.elements()) {
    const item = jsonOf(element, budget);
    size += item.length;
    budget.admitText(size);
    items.push(item);
  }
  return `[${items.join(",")}]`;
}

function jsonMap(map: GoMap, budget: Budget): string {
  if (map.isNil) return "null";
  let size = 0;
  const members: string[] = [];
  for (const [key, value] of map.sortedEntries()) {
    const member = `${jsonText(key)}:${jsonOf(value, budget)}`;
    size += member.length;
    budget.admitText(size);
    members.push(member);
  }
  return `{${members.join(",")}}`;
}

/** ASCII that stands in JSON as it is, also in Go's: most texts are nothing else. */
const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/;

/** A JSON string with Go's escapes. */
export function jsonText(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  const whole = mendText(text);
  const quoted = JSON.stringify(whole).replace(
    /[<>&\u2028\u2029]/g,
    (char) => ESCAPES[char] ?? char,
  );
  // A byte that is not UTF-8: JavaScript writes the surrogate that stands for it, Go U+FFFD.
  return whole.isWellFormed()
    ? quoted
    : quoted.replace(/(?<!\\)((?:\\\\)*)\\ud[c-f][0-9a-f]{2}/g, "$1\\ufffd");
}

/** A float as Go and JavaScript both write it: in full below 1e21, no padding of the exponent. */
function jsonFloat(value: number): string {
  if (!Number.isFinite(value)) {
    const name = Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
    throw new GoError(`json: unsupported value: ${name}`);
  }
  return Object.is(value, -0) ? "-0" : String(value);
}
