/** What `--help-man` prints: the help as a manual page in troff. */
import { commandPaths, flagForm, synopsis } from "./help.ts";
import type { Command, Flag } from "./tree.ts";

/** The manual page of section 1. */
export function manPage(program: Command, version: string): string {
  const commands = [...commandPaths(program.commands ?? [], [])];
  return [
    `.TH ${program.name} 1 "" "${version}" ""`,
    ".SH NAME",
    program.name,
    ".SH SYNOPSIS",
    `.B ${program.name}${synopsis(program)} <command> [<args> ...]`,
    ".SH DESCRIPTION",
    escaped(program.help),
    ".SH OPTIONS",
    ...flagLines(program.flags ?? []),
    ".SH COMMANDS",
    ...commands.flatMap((path) => {
      const command = path.at(-1);
      if (command === undefined) return [];
      const name = path.map((part) => part.name).join(" ");
      return [
        `.SS "${name}${synopsis(command)}"`,
        escaped(command.help),
        ...flagLines(command.flags ?? []),
      ];
    }),
    "",
  ].join("\n");
}

function flagLines(flags: readonly Flag[]): string[] {
  return flags
    .filter(({ isHidden }) => isHidden !== true)
    .flatMap((flag) => {
      const short = flag.short === undefined ? "" : `-${flag.short}, `;
      return [".TP", `.B ${escaped(short + flagForm(flag))}`, escaped(flag.help)];
    });
}

/** A line that begins with a dot or an apostrophe would be an instruction. */
function escaped(text: string): string {
  return text.trimEnd().replaceAll("\\", "\\e").replaceAll("-", "\\-").replace(/^[.']/gm, "\\&$&");
}
