/** What `--help` prints for a program or one of its commands. */
import { type Argument, type Command, type Flag, takesRest } from "./tree.ts";

const WIDTH = 80;
/** Flags that are longer get a line of their own. */
const LEFT_WIDTH_MAX = 26;

export interface HelpSubject {
  readonly program: Command;
  /** From the outermost to the one that is asked about; empty: the program. */
  readonly commands: readonly Command[];
  /** All that may be given there. */
  readonly flags: readonly Flag[];
  readonly arguments: readonly Argument[];
}

/** The help for one command: how it is called, what it does, its flags, arguments and commands. */
export function helpText(subject: HelpSubject): string {
  const { program, commands } = subject;
  const asked = commands.at(-1) ?? program;
  const path = [program, ...commands].map(({ name }) => name).join(" ");
  const more = (asked.commands ?? []).length > 0 ? " <command> [<args> ...]" : "";
  return [
    `usage: ${path}${synopsis(asked)}${more}`,
    "",
    asked.help.trimEnd(),
    "",
    ...section("Flags", subject.flags.flatMap(flagRow)),
    ...section("Args", subject.arguments.map(argumentRow)),
    ...commandSection(asked),
  ].join("\n");
}

/** The help for the program and, one after another, for all of its commands. */
export function longHelpText(program: Command): string {
  const parts = [helpText({ ...NO_SUBJECT, program, flags: program.flags ?? [] })];
  for (const commands of commandPaths(program.commands ?? [], [])) {
    const asked = commands.at(-1);
    const flags = asked?.flags ?? [];
    parts.push(helpText({ program, commands, flags, arguments: asked?.arguments ?? [] }));
  }
  return parts.join("\n");
}

const NO_SUBJECT: Pick<HelpSubject, "commands" | "arguments"> = { commands: [], arguments: [] };

/** Every command with those that it lies in, parents before children. */
export function* commandPaths(
  commands: readonly Command[],
  parents: readonly Command[],
): Generator<readonly Command[]> {
  for (const command of commands) {
    const path = [...parents, command];
    yield path;
    yield* commandPaths(command.commands ?? [], path);
  }
}

/** The flags and arguments of a command in one line, with a space in front. */
export function synopsis(command: Command): string {
  const flags = (command.flags ?? []).filter(({ isHidden }) => isHidden !== true);
  const words = flags.filter(({ isRequired }) => isRequired === true).map(flagForm);
  if (words.length < flags.length) words.push("[<flags>]");
  for (const argument of command.arguments ?? []) {
    words.push(`[<${argument.name}>${takesRest(argument) ? "..." : ""}]`);
  }
  return words.map((word) => ` ${word}`).join("");
}

/** A flag as it is written: `--output=simple`, `--[no-]verbose`. */
export function flagForm(flag: Flag): string {
  if (flag.kind === "switch") return `--[no-]${flag.name}`;
  const preset =
    flag.kind === "text" && flag.preset !== undefined ? JSON.stringify(flag.preset) : flag.preset;
  const value = flag.placeholder ?? preset ?? flag.name.toUpperCase();
  return `--${flag.name}=${value}${flag.kind === "texts" ? " ..." : ""}`;
}

type Row = readonly [left: string, right: string];

function flagRow(flag: Flag): Row[] {
  if (flag.isHidden === true) return [];
  const short = flag.short === undefined ? "    " : `-${flag.short}, `;
  return [[`${short}${flagForm(flag)}`, flag.help]];
}

function argumentRow({ name, help }: Argument): Row {
  return [`[<${name}>]`, help];
}

function section(title: string, rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  const fitting = rows.map(([left]) => left.length).filter((length) => length <= LEFT_WIDTH_MAX);
  const leftWidth = Math.max(0, ...fitting) + 4;
  return [`${title}:`, ...rows.flatMap((row) => rowLines(row, leftWidth)), ""];
}

function rowLines([left, right]: Row, leftWidth: number): string[] {
  const indent = " ".repeat(leftWidth);
  const lines = wrap(right, WIDTH - leftWidth).map((line) => indent + line);
  const [first = ""] = lines;
  const start = `  ${left}`;
  if (left.length > LEFT_WIDTH_MAX) return [start, ...lines];
  return [start.padEnd(leftWidth) + first.slice(leftWidth), ...lines.slice(1)];
}

function commandSection(asked: Command): string[] {
  const commands = asked.commands ?? [];
  if (commands.length === 0) return [];
  return ["Commands:", ...commandLines(commands, "  "), ""];
}

function commandLines(commands: readonly Command[], indent: string): string[] {
  return commands.flatMap((command) => [
    `${indent}${command.name}${command.isDefault === true ? "*" : ""}${synopsis(command)}`,
    ...commandLines(command.commands ?? [], `${indent}  `),
  ]);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
