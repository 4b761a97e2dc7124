import { UsageError, type Surroundings } from "./surroundings.ts";
import { renderTemplate } from "./template-render.ts";

export const HELP = `usage: tocsinctl <command> [<args> ...]

Commands:
  template render   Render a text with the definitions of template files at hand.

tocsinctl <command> --help tells more.
`;

type Command = (words: readonly string[], around: Surroundings) => void;

const COMMANDS: ReadonlyMap<string, ReadonlyMap<string, Command>> = new Map([
  ["template", new Map([["render", renderTemplate]])],
]);

/** Runs a command line and returns the exit code: 0, or 1 for a wrong use or a failure. */
export function run(words: readonly string[], around: Surroundings): number {
  try {
    runCommand(words, around);
    return 0;
  } catch (error) {
    if (!isExpected(error)) throw error;
    around.writeError(`tocsinctl: error: ${error.message}\n\n`);
    return 1;
  }
}

function runCommand(words: readonly string[], around: Surroundings): void {
  const [group, name, ...rest] = words;
  if (group === undefined || group === "help" || group === "--help" || group === "-h") {
    around.writeOut(HELP);
    return;
  }
  const commands = COMMANDS.get(group);
  if (commands === undefined) throw new UsageError(`expected command but got "${group}"`);
  const command = name === undefined ? undefined : commands.get(name);
  if (command === undefined) throw new UsageError(`must select a subcommand of '${group}'`);
  command(rest, around);
}

/** Wrong uses, and files that cannot be read. */
function isExpected(error: unknown): error is Error {
  return error instanceof UsageError || (error instanceof Error && "syscall" in error);
}
