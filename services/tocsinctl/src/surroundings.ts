import type { TemplateSource } from "@tocsin/domain/template";

/** What the program touches of the world outside; tests put their own in. */
export interface Surroundings {
  /** What `now` is in a template that is tried out. */
  readonly nowMs: number;
  /** @throws when the file cannot be read */
  readonly readFile: (path: string) => string;
  /** Reads the template files that match. @throws when one cannot be read */
  readonly readTemplates: (patterns: readonly string[]) => readonly TemplateSource[];
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
}

/** A wrong use or input: the message is shown, and the exit code is 1. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
