/**
 * One run of amtool: reads the command line, answers questions about the program itself, and else does
 * what the command says. Mirrors cli/root.go of Alertmanager 0.34 and its order: a line that cannot be
 * read at all comes first; then presets, values, the questions, the missing URL, values that are wrong.
 */
import {
  completions,
  missingFlags,
  type ParsedLine,
  parseLine,
  readValues,
  type Values,
} from "@tocsin/command-line";
import { connect } from "../client/connect.ts";
import { readFeatures } from "../matchers/features.ts";
import { MatcherReader } from "../matchers/matcher-reader.ts";
import { StandardLog } from "../output/standard-log.ts";
import type { Action, CommandContext } from "./command-context.ts";
import { type Commands, makeCommands } from "./commands.ts";
import { Failure, fileProblem, SilentFailure } from "./failure.ts";
import { presetPaths, readPresets } from "./presets.ts";
import { answerQuestion, asks, programHelp } from "./questions.ts";
import type { Surroundings } from "./surroundings.ts";

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
  const line = parseLine(program, argv, { readFile: textReader(around) });
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
  const answer = answerQuestion(line, { program, argv, readFile: textReader(around) });
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
  if (action === undefined) {
    // Nothing is to be done by them, but they are checked all the same.
    readFeatures(values.text("enable-feature"), new StandardLog(around, { isVerbose: false }));
    around.writeOut(programHelp(program));
  } else await act(action, values, around);
}

function textReader({ readFile }: Surroundings): (path: string) => string {
  return (path) => {
    try {
      return new TextDecoder().decode(readFile(path));
    } catch (error) {
      throw new Error(fileProblem(error, path), { cause: error });
    }
  };
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

/** What a timer can take: whole milliseconds, and not more than some 24 days of them. */
function timerMs(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), 2 ** 31 - 1);
}

async function act(action: Action, values: Values, around: Surroundings): Promise<void> {
  const { writeOut } = around;
  const log = new StandardLog(around, { isVerbose: values.isOn("verbose") });
  const matchers = new MatcherReader(readFeatures(values.text("enable-feature"), log), log);
  const signal = AbortSignal.timeout(timerMs(values.number("timeout")));
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
