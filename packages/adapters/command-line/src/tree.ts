/** How the words given for a flag or an argument become a value. */
export type ValueKind =
  | "text"
  /** May be given several times. */
  | "texts"
  /** On or off: `--name` and `--no-name`. */
  | "switch"
  /** As Go writes durations, days and weeks too: `90m`, `1d12h`. */
  | "duration"
  /** A whole number; what stands behind its decimal point is cut off, as upstream does. */
  | "integer"
  | "choice"
  /** An address with a scheme. */
  | "url"
  /** The path of a file that is there. */
  | "file"
  /** Several of them. */
  | "files";

/** A flag of a command or of the program. */
export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  readonly short?: string;
  readonly kind: ValueKind;
  /** One sentence for `--help`. */
  readonly help: string;
  /** In text form, read like a given value. */
  readonly preset?: string;
  /** Stands for the value in `--help` when there is no preset to show. */
  readonly placeholder?: string;
  /** What a flag of kind `choice` takes. */
  readonly choices?: readonly string[];
  readonly isRequired?: boolean;
  /** Works, but stands in no help text. */
  readonly isHidden?: boolean;
}

/** What may follow a command without a flag's name. Of several kinds it takes the rest of the line. */
export interface Argument {
  readonly name: string;
  readonly kind: "text" | "texts" | "file" | "files";
  readonly help: string;
}

/** A command; the program itself is the outermost one. */
export interface Command {
  readonly name: string;
  /** The first line is shown in lists of commands. */
  readonly help: string;
  readonly flags?: readonly Flag[];
  readonly arguments?: readonly Argument[];
  readonly commands?: readonly Command[];
  /** Taken when no sibling is named. */
  readonly isDefault?: boolean;
}

/** Whether an argument takes everything that is left. */
export function takesRest(argument: Argument): boolean {
  return argument.kind === "texts" || argument.kind === "files";
}

/** Whether a value of this kind may be given more than once. */
export function isRepeatable(kind: ValueKind): boolean {
  return kind === "texts" || kind === "files";
}

/** The command that is taken when none is named. */
export function defaultCommand(commands: readonly Command[]): Command | undefined {
  return commands.find(({ isDefault }) => isDefault === true);
}
