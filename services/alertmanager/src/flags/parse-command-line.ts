import { hostname } from "node:os";

import { parseArguments } from "./arguments.ts";
import { buildOptions, FlagValues, SettingProblem } from "./build-options.ts";
import { checkAsUpstream, checkOwn, warningsOf } from "./check-options.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import { environmentName } from "./flag.ts";
import { helpText } from "./help.ts";
import type { Options } from "./options.ts";
import { parseSettings } from "./settings-file.ts";
import { presetTexts } from "./shown-settings.ts";
import { FLAGS } from "./table.ts";
import { type FlagValue, parseFlagValue } from "./value.ts";
import { versionText } from "./version.ts";

/** What the program is to do. */
export type CommandLine =
  /** Start. The warnings are sentences for the log. */
  | { readonly kind: "run"; readonly options: Options; readonly warnings: readonly string[] }
  /** Write `text` (standard output when `exitCode` is 0, else standard error) and end. */
  | { readonly kind: "print"; readonly text: string; readonly exitCode: number }
  /** Log `message` as an error, with `problem` in its field `err`, in the asked format; end with 1. */
  | {
      readonly kind: "refuse";
      readonly options: Options;
      readonly message: string;
      readonly problem?: string;
    };

/** Reads a text file or throws; the message of what it throws is shown. */
export type ReadTextFile = (path: string) => string;

/**
 * Reads all settings: `argv` (the words behind the program's name) beats `environment` beats the file of
 * `--settings.file` beats the defaults. Besides it only `@files` are read, and nothing is started.
 */
export function parseCommandLine(
  argv: readonly string[],
  environment: Environment,
  readFile: ReadTextFile,
): CommandLine {
  const words = parseArguments(argv, readFile);
  switch (words.kind) {
    case "help":
      return { kind: "print", text: helpText(), exitCode: 0 };
    case "version":
      return { kind: "print", text: versionText(), exitCode: 0 };
    case "problem":
      return printProblem(words.problem);
    case "given":
  }
  const variables = readEnvironment(environment);
  try {
    const path =
      (words.texts.get("settings.file") ?? variables.texts.get("settings.file"))?.[0] ?? "";
    const sources: Source[] = [
      { texts: words.texts, describe: () => "" },
      { texts: variables.texts, describe: (name) => `${environmentName(name)}: ` },
      { texts: readSettings(path, readFile), describe: (name) => `${path}, "${name}": ` },
    ];
    return decide(readValues(sources), variables.warnings);
  } catch (error) {
    if (error instanceof SettingProblem) return printProblem(error.message);
    throw error;
  }
}

function decide(flags: FlagValues, warnings: readonly string[]): CommandLine {
  const options = buildOptions(flags, hostname());
  const refusal = checkAsUpstream(options, flags);
  if (refusal !== undefined) return { kind: "refuse", options, ...refusal };
  checkOwn(options, flags);
  return { kind: "run", options, warnings: [...warnings, ...warningsOf(options)] };
}

function readSettings(path: string, readFile: ReadTextFile): Source["texts"] {
  if (path === "") return new Map();
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SettingProblem(`cannot read the settings file "${path}": ${why}`);
  }
  const parsed = parseSettings(path, text);
  if (!parsed.ok) throw new SettingProblem(parsed.problem);
  return parsed.value;
}

interface Source {
  readonly texts: ReadonlyMap<string, readonly string[]>;
  /** What stands before a problem with a value from here. */
  readonly describe: (flagName: string) => string;
}

function readValues(sources: readonly Source[]): FlagValues {
  const values = new Map<string, FlagValue>();
  const given = new Map<string, readonly string[]>();
  for (const spec of FLAGS.values()) {
    const source = sources.find(({ texts }) => texts.has(spec.name));
    const texts = source?.texts.get(spec.name);
    if (texts !== undefined) given.set(spec.name, texts);
    const result = parseFlagValue(spec, texts ?? presetTexts(spec));
    if (!result.ok)
      throw new SettingProblem(`${source?.describe(spec.name) ?? ""}${result.problem}`);
    values.set(spec.name, result.value);
  }
  return new FlagValues(values, given);
}

function printProblem(problem: string): CommandLine {
  return { kind: "print", text: `tocsin: error: ${problem}, try --help\n`, exitCode: 1 };
}
