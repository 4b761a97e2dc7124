/**
 * The words of the command line, read as Alertmanager reads them (kingpin v2): `--flag=value`,
 * `--flag value`, `--switch`, `--no-switch`. A value behind a space may not start with a dash. There
 * are no words besides flags.
 */
import type { FlagSpec } from "./flag.ts";
import { nearestName } from "./nearest.ts";
import { FLAGS } from "./table.ts";

/** Texts by flag name; a flag that may be repeated has several. */
export type GivenTexts = ReadonlyMap<string, readonly string[]>;

export type ArgumentsParse =
  | { readonly kind: "given"; readonly texts: GivenTexts }
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "problem"; readonly problem: string };

class Problem extends Error {}

/** Reads `argv`, the words behind the program's name. Says what is wrong with the first wrong one. */
export function parseArguments(argv: readonly string[]): ArgumentsParse {
  const reader = new Reader(argv);
  try {
    reader.read();
  } catch (error) {
    // As upstream: whoever asked for help before the mistake gets it.
    if (!(error instanceof Problem)) throw error;
    if (!reader.wantsHelp) return { kind: "problem", problem: error.message };
  }
  if (reader.wantsHelp) return { kind: "help" };
  if (reader.wantsVersion) return { kind: "version" };
  return { kind: "given", texts: reader.texts };
}

class Reader {
  wantsHelp = false;
  wantsVersion = false;
  readonly texts: Map<string, string[]> = new Map();
  readonly #argv: readonly string[];
  #at = 0;

  constructor(argv: readonly string[]) {
    this.#argv = argv;
  }

  read(): void {
    while (this.#at < this.#argv.length) {
      const word = this.#argv[this.#at] ?? "";
      this.#at += 1;
      if (word === "--") this.#refuseRest();
      else if (word.startsWith("--")) this.#long(word.slice(2));
      else if (word.startsWith("-") && word !== "-") this.#short(word.slice(1));
      else throw new Problem(`unexpected ${word}`);
    }
  }

  #refuseRest(): void {
    const word = this.#argv[this.#at];
    if (word !== undefined) throw new Problem(`unexpected ${word}`);
  }

  #short(letters: string): void {
    for (const letter of letters) {
      if (letter !== "h") throw new Problem(`unknown short flag '-${letter}'`);
      this.wantsHelp = true;
    }
  }

  #long(word: string): void {
    const equals = word.indexOf("=");
    const name = equals === -1 ? word : word.slice(0, equals);
    const inline = equals === -1 ? undefined : word.slice(equals + 1);
    if (name === "help" || name === "version") {
      if (inline !== undefined) throw new Problem(`unexpected ${inline}`);
      if (name === "help") this.wantsHelp = true;
      else this.wantsVersion = true;
      return;
    }
    const positive = FLAGS.get(name);
    const spec = positive ?? negated(name);
    if (spec === undefined) throw new Problem(unknownFlag(name));
    if (spec.kind !== "switch") {
      this.#add(spec, inline ?? this.#next(spec));
      return;
    }
    this.#add(spec, positive === undefined ? "false" : "true");
    if (inline !== undefined) throw new Problem(`unexpected ${inline}`);
  }

  #next(spec: FlagSpec): string {
    const word = this.#argv[this.#at];
    if (word === undefined || (word.startsWith("-") && word !== "-")) {
      throw new Problem(`expected argument for flag '--${spec.name}'`);
    }
    this.#at += 1;
    return word;
  }

  #add(spec: FlagSpec, text: string): void {
    const known = this.texts.get(spec.name);
    if (known === undefined) this.texts.set(spec.name, [text]);
    else if (spec.kind === "list") known.push(text);
    else throw new Problem(`flag '${spec.name}' cannot be repeated`);
  }
}

/** The switch that `no-…` turns off. */
function negated(name: string): FlagSpec | undefined {
  const spec = name.startsWith("no-") ? FLAGS.get(name.slice("no-".length)) : undefined;
  return spec?.kind === "switch" ? spec : undefined;
}

function unknownFlag(name: string): string {
  const near = nearestName(name, FLAGS.keys());
  const hint = near === undefined ? "" : `, did you mean '--${near}'?`;
  return `unknown long flag '--${name}'${hint}`;
}
