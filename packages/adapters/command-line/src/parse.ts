/**
 * The words of a command line, found in a tree of commands. Mirrors the parser that Alertmanager's tools
 * use (kingpin v2): flags may stand anywhere behind the command that has them, a command with a default
 * child needs no child's name, and a word that names no child starts the default child's arguments. So a
 * mistyped command is an argument there, which scripts may rely on.
 */
import { CommandLineProblem } from "./problem.ts";
import { type ReadWordFile, showToken, type Token, Tokens } from "./tokens.ts";
import { type Argument, type Command, defaultCommand, type Flag, takesRest } from "./tree.ts";

/** What a command line holds, in the order in which it stands there. */
export type Element =
  | { readonly kind: "command"; readonly command: Command }
  | { readonly kind: "flag"; readonly flag: Flag; readonly text: string }
  | { readonly kind: "argument"; readonly argument: Argument; readonly text: string };

export interface ParsedLine {
  readonly elements: readonly Element[];
  /** The commands from the outermost named one to the innermost. */
  readonly commands: readonly Command[];
  /** The flags that may stand here: the program's and those of the commands. */
  readonly flags: readonly Flag[];
  readonly arguments: readonly Argument[];
  /** Why the rest was not read; undefined when all was. */
  readonly problem: string | undefined;
}

export interface ParseOptions {
  readonly readFile: ReadWordFile;
  /** For the help of a command that has a default child: the child is not what is asked about. */
  readonly ignoresDefaults?: boolean;
}

/** Reads `argv`, the words behind the program's name. */
export function parseLine(
  program: Command,
  argv: readonly string[],
  options: ParseOptions,
): ParsedLine {
  const parser = new Parser(program, new Tokens(argv, options.readFile), options);
  try {
    parser.run();
    return parser.result(undefined);
  } catch (error) {
    if (error instanceof CommandLineProblem) return parser.result(error.message);
    throw error;
  }
}

class Parser {
  readonly #tokens: Tokens;
  readonly #elements: Element[] = [];
  readonly #commands: Command[] = [];
  readonly #flags: Flag[] = [];
  readonly #arguments: Argument[] = [];
  #nextArgument = 0;
  #children: readonly Command[];
  #usesDefaults: boolean;

  constructor(program: Command, tokens: Tokens, options: ParseOptions) {
    this.#tokens = tokens;
    this.#children = program.commands ?? [];
    this.#usesDefaults = options.ignoresDefaults !== true;
    this.#addFlags(program.flags ?? []);
  }

  result(problem: string | undefined): ParsedLine {
    return {
      elements: this.#elements,
      commands: this.#commands,
      flags: this.#flags,
      arguments: this.#arguments,
      problem,
    };
  }

  run(): void {
    for (;;) {
      const token = this.#tokens.peek();
      if (token.kind === "end") break;
      const isTaken = token.kind === "word" ? this.#takeWord(token.text) : this.#takeFlag(token);
      if (!isTaken) throw new CommandLineProblem(`unexpected ${showToken(token)}`);
    }
    while (this.#usesDefaults && this.#enterDefault());
  }

  /** Takes a word: the name of a command or an argument. False: nothing takes it. */
  #takeWord(text: string): boolean {
    if (this.#children.length > 0) {
      const named = this.#children.find(({ name }) => name === text);
      if (named === undefined) {
        if (this.#usesDefaults && this.#enterDefault()) return true;
        throw new CommandLineProblem(`expected command but got ${JSON.stringify(text)}`);
      }
      this.#enter(named);
      if (named.name === "help" && this.#commands.length === 1) this.#usesDefaults = false;
      this.#tokens.next();
      return true;
    }
    const argument = this.#arguments[this.#nextArgument];
    if (argument === undefined) return false;
    if (!takesRest(argument)) this.#nextArgument += 1;
    this.#elements.push({ kind: "argument", argument, text });
    this.#tokens.next();
    return true;
  }

  /** Takes a flag and its value. An unknown flag may belong to the default child, which is entered first. */
  #takeFlag(token: Extract<Token, { readonly name: string }>): boolean {
    const found = this.#findFlag(token);
    if (found === undefined) {
      if (this.#usesDefaults && this.#enterDefault()) return true;
      throw new CommandLineProblem(`unknown ${token.kind} flag '${showToken(token)}'`);
    }
    this.#tokens.next();
    const { flag, isNegated } = found;
    if (flag.name === "help") this.#usesDefaults = false;
    if (flag.kind === "switch") {
      this.#elements.push({ kind: "flag", flag, text: isNegated ? "false" : "true" });
      return true;
    }
    const value = this.#tokens.peek();
    if (value.kind !== "word") {
      throw new CommandLineProblem(`expected argument for flag '${showToken(token)}'`);
    }
    this.#tokens.next();
    this.#elements.push({ kind: "flag", flag, text: value.text });
    return true;
  }

  #findFlag({
    kind,
    name,
  }: Extract<Token, { readonly name: string }>): { flag: Flag; isNegated: boolean } | undefined {
    if (kind === "short") {
      const flag = this.#tokens.shortFlag(name);
      return flag && { flag, isNegated: false };
    }
    const flag = this.#flags.find((candidate) => candidate.name === name);
    if (flag !== undefined) return { flag, isNegated: false };
    if (!name.startsWith("no-")) return undefined;
    const negated = this.#flags.find((candidate) => candidate.name === name.slice("no-".length));
    return negated?.kind === "switch" ? { flag: negated, isNegated: true } : undefined;
  }

  #enterDefault(): boolean {
    const command = defaultCommand(this.#children);
    if (command !== undefined) this.#enter(command);
    return command !== undefined;
  }

  #enter(command: Command): void {
    this.#elements.push({ kind: "command", command });
    this.#commands.push(command);
    this.#children = command.commands ?? [];
    this.#addFlags(command.flags ?? []);
    this.#arguments.push(...(command.arguments ?? []));
  }

  #addFlags(flags: readonly Flag[]): void {
    this.#flags.push(...flags);
    this.#tokens.addFlags(flags);
  }
}
