/** What the program touches of the world outside; tests put their own in. */
export interface Surroundings {
  readonly nowMs: number;
  /** @throws when the file cannot be read */
  readonly readFile: (path: string) => string;
  /** The files that a pattern with `*`, `?` and `[…]` stands for, sorted. */
  readonly findFiles: (pattern: string) => readonly string[];
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
}

/** A wrong use or input: the message is shown, and the exit code is 1. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
