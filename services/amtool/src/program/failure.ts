/** Ends the command with exit status 1. The message follows `amtool: error: `. */
export class Failure extends Error {
  /** What stands behind the message: upstream ends most errors of commands with an empty line. */
  readonly ending: "\n" | "\n\n";

  constructor(message: string, ending: "\n" | "\n\n" = "\n\n") {
    super(message);
    this.ending = ending;
  }
}

/** Ends the command with exit status 1 without another word: what is wrong has been said. */
export class SilentFailure extends Error {}

/** The words of an error that somebody else has thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Why a file cannot be read, in upstream's words where they are known. */
export function fileProblem(error: unknown, path: string): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return FILE_PROBLEMS.get(code)?.(path) ?? reasonOf(error);
}

const FILE_PROBLEMS: ReadonlyMap<string, (path: string) => string> = new Map([
  ["ENOENT", (path) => `open ${path}: no such file or directory`],
  ["EACCES", (path) => `open ${path}: permission denied`],
  ["EISDIR", (path) => `read ${path}: is a directory`],
]);
