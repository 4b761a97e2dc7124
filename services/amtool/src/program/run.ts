/**
 * One run of amtool: reads the command line, answers questions about the program itself, and else does
 * what the command says. Mirrors cli/root.go of Alertmanager 0.34 and its order: a line that cannot be
 * read at all comes first; then presets, values, the questions, the missing URL, values that are wrong.
 */
import {
  bashCompletionScript,
  completions,
  helpText,
  longHelpText,
  manPage,
  missingFlags,
  type ParsedLine,
  parseLine,
  readValues,
  type Values,
  zshCompletionScript,
} from "@tocsin/command-line";
import { connect } from "../client/connect.ts";
import { readFeatures } from "../matchers/features.ts";
import { MatcherReader } from "../matchers/matcher-reader.ts";
import { StandardLog } from "../output/standard-log.ts";
import type { Action, CommandContext } from "./command-context.ts";
import { type Commands, makeCommands } from "./commands.ts";
import { Failure, SilentFailure } from "./failure.ts";
import { presetPaths, readPresets } from "./presets.ts";
import type { Surroundings } from "./surroundings.ts";
import { UPSTREAM_VERSION, versionText } from "./version.ts";

/** Runs the words behind the program's name. Resolves with the exit status. */
export async function run(argv: readonly string[], around: Surroundings): Promise<number> {
  try {
    await runLine(argv, around);
    return 0;
  } catch (error) {
    if (error instanceof Failure) {
      around.writeError(`amtool: error: ${error.message}${error.ending}`);
      return 1;
    }
    if (error instanceof SilentFailure) return 1;
    throw error;
  }
}

async function runLine(argv: readonly string[], around: Surroundings): Promise<void> {
  const presets = readPresets(presetPaths(around.homePath), around);
  const commands = makeCommands(around.userName);
  const { program, actions, needUrl } = commands;
  const line = parse(commands, argv, around);
  if (asks(line, "completion-bash")) {
    around.writeOut(completions(program, argv.slice(1)).join("\n"));
    return;
  }
  if (line.problem !== undefined) throw new Failure(line.problem);
  const { values, problem } = readValues(line, {
    presets: presetsFor(line, commands, presets),
    lookAtPath: around.lookAtPath,
  });
  if (problem?.isPreset === true) throw new Failure(problem.message);
  const answer = answerQuestion(argv, line, commands, around);
  if (answer !== undefined) {
    around.writeOut(answer);
    return;
  }
  const wantsUrl = line.commands.some((command) => needUrl.has(command));
  if (wantsUrl && !values.has("alertmanager.url")) {
    // A wrong URL is none; that it is wrong says more than that it is missing.
    if (problem?.name === "alertmanager.url") throw new Failure(problem.message, "\n");
    throw new Failure("required flag --alertmanager.url not provided", "\n");
  }
  if (problem !== undefined) throw new Failure(problem.message);
  const missing = missingFlags(line);
  if (missing !== undefined) throw new Failure(missing);
  const command = line.commands.at(-1);
  const action = command && actions.get(command);
  if (action === undefined) around.writeOut(helpFor([], commands, around));
  else await act(action, values, around);
}

function parse({ program }: Commands, argv: readonly string[], around: Surroundings): ParsedLine {
  const readFile = (path: string): string => new TextDecoder().decode(around.readFile(path));
  return parseLine(program, argv, { readFile });
}

/** Presets count for the flags of the program and of the innermost command, as upstream. */
function presetsFor(
  line: ParsedLine,
  { program }: Commands,
  presets: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const flags = [...(program.flags ?? []), ...(line.commands.at(-1)?.flags ?? [])];
  const names = new Set(flags.map(({ name }) => name));
  return new Map([...presets].filter(([name]) => names.has(name)));
}

function asks(line: ParsedLine, name: string): boolean {
  return line.elements.some(
    (element) => element.kind === "flag" && element.flag.name === name && element.text === "true",
  );
}

/** The answer to a question about the program itself; undefined if the line asks none. */
function answerQuestion(
  argv: readonly string[],
  line: ParsedLine,
  commands: Commands,
  around: Surroundings,
): string | undefined {
  const { program } = commands;
  if (asks(line, "help-long")) return longHelpText(program);
  if (asks(line, "help-man")) return manPage(program, UPSTREAM_VERSION);
  if (asks(line, "completion-script-bash")) return bashCompletionScript(program.name);
  if (asks(line, "completion-script-zsh")) return zshCompletionScript(program.name);
  if (asks(line, "version")) return `${versionText()}\n`;
  if (asks(line, "help")) return helpFor(argv, commands, around);
  if (line.commands[0]?.name !== "help") return undefined;
  const asked = line.elements.flatMap((element) =>
    element.kind === "argument" ? [element.text] : [],
  );
  return helpFor(asked, commands, around);
}

/** Help for the command that the words name; a default child must be named to be asked about. */
function helpFor(words: readonly string[], { program }: Commands, around: Surroundings): string {
  const readFile = (path: string): string => new TextDecoder().decode(around.readFile(path));
  const line = parseLine(program, words, { readFile, ignoresDefaults: true });
  if (line.problem !== undefined) throw new Failure(line.problem);
  return helpText({ ...line, program });
}

async function act(action: Action, values: Values, around: Surroundings): Promise<void> {
  const { writeOut } = around;
  const log = new StandardLog(around, { isVerbose: values.isOn("verbose") });
  const matchers = new MatcherReader(readFeatures(values.text("enable-feature"), log), log);
  const signal = AbortSignal.timeout(values.number("timeout"));
  const context: CommandContext = {
    values,
    around,
    matchers,
    signal,
    connect: () => connect(values, around, signal),
    print: (text) => writeOut(`${text}\n`),
  };
  await action.run(context);
}
