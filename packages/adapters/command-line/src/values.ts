/** The values of a command line: what was given, else the presets. */
import { basename } from "node:path";
import { assert, unreachable } from "@tocsin/foundation";
import { parseDuration } from "./duration.ts";
import type { ParsedLine } from "./parse.ts";
import { type Argument, type Flag, isRepeatable, type ValueKind } from "./tree.ts";

export type Value = string | readonly string[] | boolean | number;

/** What there is under a path. */
export type LookAtPath = (path: string) => "file" | "folder" | "nothing";

export interface ReadValuesOptions {
  /** In place of the presets of the flags, by flag name. */
  readonly presets: ReadonlyMap<string, string>;
  readonly lookAtPath: LookAtPath;
}

export interface ReadValues {
  /** What could be read before the first problem. */
  readonly values: Values;
  readonly problem: ValueProblem | undefined;
}

/** The first value that cannot be read. */
export interface ValueProblem {
  readonly message: string;
  /** The flag's or argument's name; undefined when a command is missing. */
  readonly name: string | undefined;
  /** It was not given on the command line. */
  readonly isPreset: boolean;
}

/** Values by name of flag or argument. Asking for one of another kind is a bug. */
export class Values {
  readonly #values = new Map<string, Value>();

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Empty when neither given nor preset. */
  text(name: string): string {
    const value = this.#values.get(name) ?? "";
    assert(typeof value === "string", `"${name}" holds no text`);
    return value;
  }

  texts(name: string): readonly string[] {
    const value = this.#values.get(name) ?? [];
    assert(Array.isArray(value), `"${name}" holds no list`);
    return value as readonly string[]; // isArray loses the element type of readonly lists
  }

  /** Milliseconds if it is a duration; 0 when neither given nor preset. */
  number(name: string): number {
    const value = this.#values.get(name) ?? 0;
    assert(typeof value === "number", `"${name}" holds no number`);
    return value;
  }

  isOn(name: string): boolean {
    const value = this.#values.get(name) ?? false;
    assert(typeof value === "boolean", `"${name}" is no switch`);
    return value;
  }
}

/**
 * Reads presets, then what was given, in the order of the line, up to the first problem: what stands
 * behind it is not set, as upstream.
 */
export function readValues(line: ParsedLine, options: ReadValuesOptions): ReadValues {
  const values = new Values();
  const given = new Set(line.elements.flatMap((element) => nameOf(element) ?? []));
  // Whoever asks for help or the version gets it, whatever is wrong with a preset.
  if (!given.has("help") && !given.has("version")) {
    for (const flag of line.flags) {
      const text = options.presets.get(flag.name) ?? flag.preset;
      if (text === undefined || given.has(flag.name)) continue;
      const message = setValue(values, { spec: flag, text }, options.lookAtPath);
      if (message !== undefined) {
        return { values, problem: { message, name: flag.name, isPreset: true } };
      }
    }
  }
  return { values, problem: readGiven(line, values, options.lookAtPath) };
}

function readGiven(
  { elements, commands }: ParsedLine,
  values: Values,
  lookAtPath: LookAtPath,
): ValueProblem | undefined {
  const seen = new Set<string>();
  for (const element of elements) {
    if (element.kind === "command") continue;
    const spec: Flag | Argument = element.kind === "flag" ? element.flag : element.argument;
    const problem = (message: string): ValueProblem => ({
      message,
      name: spec.name,
      isPreset: false,
    });
    if (element.kind === "flag" && seen.has(spec.name) && !isRepeatable(spec.kind)) {
      return problem(`flag '${spec.name}' cannot be repeated`);
    }
    seen.add(spec.name);
    const message = setValue(values, { spec, text: element.text }, lookAtPath);
    if (message !== undefined) return problem(message);
  }
  const last = commands.at(-1);
  if ((last?.commands ?? []).length === 0) return undefined;
  const path = commands.map(({ name }) => name).join(" ");
  return { message: `must select a subcommand of '${path}'`, name: undefined, isPreset: false };
}

/** What must be given and was not; undefined when nothing is missing. */
export function missingFlags({ flags, elements }: ParsedLine): string | undefined {
  const given = new Set(elements.map(nameOf));
  const missing = flags.filter(({ name, isRequired }) => isRequired === true && !given.has(name));
  if (missing.length === 0) return undefined;
  return `required flag(s) ${missing.map(({ name }) => `'--${name}'`).join(", ")} not provided`;
}

function nameOf(element: ParsedLine["elements"][number]): string | undefined {
  switch (element.kind) {
    case "command":
      return undefined;
    case "flag":
      return element.flag.name;
    case "argument":
      return element.argument.name;
    default:
      return unreachable(element);
  }
}

interface GivenText {
  readonly spec: {
    readonly name: string;
    readonly kind: ValueKind;
    readonly choices?: readonly string[];
  };
  readonly text: string;
}

/** Sets a value, or adds to a list. Returns what is wrong with the text. */
function setValue(values: Values, given: GivenText, lookAtPath: LookAtPath): string | undefined {
  const { name, kind } = given.spec;
  const parsed = parseValue(given, lookAtPath);
  if (!parsed.ok) return parsed.problem;
  const { value } = parsed;
  values.set(name, isRepeatable(kind) ? [...values.texts(name), String(value)] : value);
  return undefined;
}

type ParsedValue =
  | { readonly ok: true; readonly value: string | boolean | number }
  | { readonly ok: false; readonly problem: string };

function parseValue({ spec, text }: GivenText, lookAtPath: LookAtPath): ParsedValue {
  switch (spec.kind) {
    case "text":
    case "texts":
      return { ok: true, value: text };
    case "switch":
      return parseSwitch(text);
    case "duration": {
      const result = parseDuration(text);
      return result.ok ? { ok: true, value: result.ms } : result;
    }
    case "integer":
      return parseInteger(text);
    case "choice":
      return parseChoice(spec.choices ?? [], text);
    case "url":
      return parseUrl(text);
    case "file":
    case "files":
      return parseFile(text, lookAtPath);
    default:
      return unreachable(spec.kind);
  }
}

const ON = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const OFF = new Set(["0", "f", "F", "FALSE", "false", "False"]);
const FLOAT_FORM = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const URL_FORM = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/\s]/;

function parseSwitch(text: string): ParsedValue {
  if (ON.has(text)) return { ok: true, value: true };
  if (OFF.has(text)) return { ok: true, value: false };
  return {
    ok: false,
    problem: `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`,
  };
}

function parseInteger(text: string): ParsedValue {
  if (FLOAT_FORM.test(text)) return { ok: true, value: Math.trunc(Number(text)) };
  return {
    ok: false,
    problem: `strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`,
  };
}

function parseChoice(choices: readonly string[], text: string): ParsedValue {
  if (choices.includes(text)) return { ok: true, value: text };
  return { ok: false, problem: `enum value must be one of ${choices.join(",")}, got '${text}'` };
}

function parseUrl(text: string): ParsedValue {
  if (URL_FORM.test(text) && URL.canParse(text)) return { ok: true, value: text };
  const wanted = 'an address such as "http://127.0.0.1:9093" is wanted';
  return { ok: false, problem: `invalid URL: ${wanted}, ${JSON.stringify(text)} found` };
}

function parseFile(path: string, lookAtPath: LookAtPath): ParsedValue {
  switch (lookAtPath(path)) {
    case "file":
      return { ok: true, value: path };
    case "folder":
      return { ok: false, problem: `'${basename(path) || "/"}' is a directory` };
    case "nothing":
      return { ok: false, problem: `path '${path}' does not exist` };
  }
}
