/** Questions about the program itself: its help, its version, how a shell completes its words. */
import {
  bashCompletionScript,
  type Command,
  helpText,
  longHelpText,
  manPage,
  type ParsedLine,
  parseLine,
  type ReadWordFile,
  zshCompletionScript,
} from "@tocsin/command-line";
import { Failure } from "./failure.ts";
import { UPSTREAM_VERSION, versionText } from "./version.ts";

/** Where a question is asked. */
export interface Asked {
  readonly program: Command;
  /** The words behind the program's name. */
  readonly argv: readonly string[];
  readonly readFile: ReadWordFile;
}

/** Whether a switch is on. */
export function asks(line: ParsedLine, name: string): boolean {
  return line.elements.some(
    (element) => element.kind === "flag" && element.flag.name === name && element.text === "true",
  );
}

/** The answer; undefined if the line asks nothing. Throws `Failure` for an unknown command. */
export function answerQuestion(line: ParsedLine, asked: Asked): string | undefined {
  const { program, argv } = asked;
  // Behind this command switches ask nothing.
  if (line.commands[0]?.name === "help") return helpFor(wordsOf(line), asked);
  if (asks(line, "help-long")) return longHelpText(program);
  if (asks(line, "help-man")) return manPage(program, UPSTREAM_VERSION);
  if (asks(line, "completion-script-bash")) return bashCompletionScript(program.name);
  if (asks(line, "completion-script-zsh")) return zshCompletionScript(program.name);
  if (asks(line, "version")) return `${versionText()}\n`;
  // The line was read with its default commands; without them it need not be one.
  if (asks(line, "help")) return helpText({ ...lineWithoutDefaults(argv, asked), program });
  return undefined;
}

function wordsOf({ elements }: ParsedLine): readonly string[] {
  return elements.flatMap((element) => (element.kind === "argument" ? [element.text] : []));
}

/** What the program prints when nothing is asked of it. */
export function programHelp(program: Command): string {
  return helpText({ program, commands: [], flags: program.flags ?? [], arguments: [] });
}

/** Help for the command that the words name; a default child must be named to be asked about. */
function helpFor(words: readonly string[], asked: Asked): string {
  const line = lineWithoutDefaults(words, asked);
  if (line.problem !== undefined) throw new Failure(line.problem, "\n");
  return helpText({ ...line, program: asked.program });
}

function lineWithoutDefaults(words: readonly string[], { program, readFile }: Asked): ParsedLine {
  return parseLine(program, words, { readFile, ignoresDefaults: true });
}
