/**
 * The words of the command line, read as Alertmanager reads them (kingpin v2): `--flag=value`,
 * `--flag value`, `--switch`, `--no-switch`, and `@file` for the words of a file, one a line. A value
 * behind a space may not start with a dash. There are no words besides flags.
 */
import { CommandLineProblem, Tokens, type ReadWordFile } from "@tocsin/command-line";
import type { FlagSpec } from "./flag.ts";
import { nearestName } from "./nearest.ts";
import { FLAGS } from "./table.ts";
import { parseFlagValue } from "./value.ts";

/** Texts by flag name; a flag that may be repeated has several. */
export type GivenTexts = ReadonlyMap<string, readonly string[]>;

export type ArgumentsParse =
  | { readonly kind: "given"; readonly texts: GivenTexts }
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "problem"; readonly problem: string };

/**
 * Reads `argv`, the words behind the program's name. Who asks for the version or `--help-long` gets it,
 * whatever is wrong behind that; then counts what cannot be read at all, then a wish for help, then the
 * first wrong value.
 * `readFile` throws; the message of what it throws is shown.
 */
export function parseArguments(argv: readonly string[], readFile: ReadWordFile): ArgumentsParse {
  const reader = new Reader(argv, readFile);
  const problem = problemIn(() => reader.read());
  if (reader.asked === "version") return { kind: "version" };
  if (reader.asked === "help-long") return { kind: "help" };
  if (problem !== undefined) return { kind: "problem", problem };
  if (reader.wantsHelp) return { kind: "help" };
  const texts = new Map<string, string[]>();
  const wrong = problemIn(() => {
    for (const [spec, text] of reader.given) take(texts, spec, text);
  });
  return wrong === undefined ? { kind: "given", texts } : { kind: "problem", problem: wrong };
}

function problemIn(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof CommandLineProblem) return error.message;
    throw error;
  }
}

function take(texts: Map<string, string[]>, spec: FlagSpec, text: string): void {
  const known = texts.get(spec.name);
  if (known !== undefined && spec.kind !== "list") {
    throw new CommandLineProblem(`flag '${spec.name}' cannot be repeated`);
  }
  const value = parseFlagValue(spec, [text]);
  if (!value.ok) throw new CommandLineProblem(value.problem);
  if (known === undefined) texts.set(spec.name, [text]);
  else known.push(text);
}

class Reader {
  wantsHelp = false;
  /** What is answered whatever is wrong behind it: the first of these on the line. */
  asked: "version" | "help-long" | undefined;
  readonly given: (readonly [FlagSpec, string])[] = [];
  readonly #tokens: Tokens;

  constructor(argv: readonly string[], readFile: ReadWordFile) {
    this.#tokens = new Tokens(argv, readFile);
  }

  read(): void {
    for (let token = this.#tokens.next(); token.kind !== "end"; token = this.#tokens.next()) {
      if (token.kind === "word") throw new CommandLineProblem(`unexpected ${token.text}`);
      if (token.kind === "long") this.#long(token.name);
      else if (token.name === "h") this.wantsHelp = true;
      else throw new CommandLineProblem(`unknown short flag '-${token.name}'`);
    }
  }

  #long(name: string): void {
    const plain = FLAGS.has(name) || !name.startsWith("no-") ? name : name.slice("no-".length);
    const spec = FLAGS.get(plain);
    if (plain === "help") this.wantsHelp = true;
    else if (plain === "version" || plain === "help-long") this.asked ??= plain;
    else if (spec === undefined) throw new CommandLineProblem(unknownFlag(name));
    else if (spec.kind === "switch") this.given.push([spec, plain === name ? "true" : "false"]);
    else if (plain !== name) throw new CommandLineProblem(unknownFlag(name));
    else this.given.push([spec, this.#value(name)]);
  }

  #value(name: string): string {
    const token = this.#tokens.next();
    if (token.kind === "word") return token.text;
    throw new CommandLineProblem(`expected argument for flag '--${name}'`);
  }
}

function unknownFlag(name: string): string {
  const near = nearestName(name, FLAGS.keys());
  const hint = near === undefined ? "" : `, did you mean '--${near}'?`;
  return `unknown long flag '--${name}'${hint}`;
}
