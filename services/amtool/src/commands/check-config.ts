import { compileTemplates, TemplateFailure } from "@tocsin/domain/template";
import type { Action, CommandContext } from "../program/command-context.ts";
import { Failure, reasonOf } from "../program/failure.ts";
import type { Surroundings } from "../program/surroundings.ts";
import { readConfigFile } from "./load-config.ts";

/** `check-config`: whether configuration files and their templates can be loaded. */
export const checkConfig: Action = {
  command: {
    name: "check-config",
    help: `Check configuration files and the templates that they name.

Without a file standard input is checked. Patterns of templates that match no
file are no error.
`,
    arguments: [{ name: "check-files", kind: "files", help: "The files." }],
  },
  run: checkFiles,
};

const STANDARD_INPUT = "/dev/stdin";

function checkFiles(context: CommandContext): void {
  const given = context.values.texts("check-files");
  if (given.length === 0 && context.around.isInputTerminal) {
    throw new Failure("Failed to read from standard input", "\n");
  }
  const paths = given.length === 0 ? [STANDARD_INPUT] : given;
  let failedCount = 0;
  for (const path of paths) if (!checkFile(path, context)) failedCount += 1;
  if (failedCount > 0) throw new Failure(`failed to validate ${failedCount} file(s)`);
}

function checkFile(path: string, { around, matchers, print }: CommandContext): boolean {
  around.writeOut(`Checking '${path}'`);
  const read = readConfigFile(path, matchers, around);
  if (!read.ok) {
    print(`  FAILED: ${read.problem}\n`);
    return false;
  }
  const { inhibitRules, receivers, templates } = read.config;
  print("  SUCCESS\nFound:\n - global config\n - route");
  print(` - ${inhibitRules.length} inhibit rules`);
  print(` - ${receivers.length} receivers`);
  print(` - ${templates.length} templates`);
  const problem = templates.length === 0 ? undefined : templateProblem(templates, around);
  if (templates.length > 0) print(problem === undefined ? "  SUCCESS" : `  FAILED: ${problem}`);
  print("");
  return problem === undefined;
}

function templateProblem(
  patterns: readonly string[],
  { readTemplates }: Surroundings,
): string | undefined {
  try {
    compileTemplates(readTemplates(patterns));
    return undefined;
  } catch (error) {
    return error instanceof TemplateFailure ? error.problem.message : reasonOf(error);
  }
}
