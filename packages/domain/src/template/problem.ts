import { AppError } from "@tocsin/foundation";
import type { RenderLimits } from "./budget.ts";

/** Where a template went wrong: while it was read, made safe for HTML, or run. */
export type TemplateStage = "parse" | "escape" | "exec";

/** A template that failed, told as Go tells it. */
export interface TemplateProblem {
  readonly stage: TemplateStage;
  /** The whole message in Go's words: `template: file.tmpl:3:7: executing "x" at <.Foo>: …`. */
  readonly message: string;
  /** File name, or "" for an inline text. */
  readonly file: string;
  /** From 1; 0 when no place is known. */
  readonly line: number;
  /** Bytes from the start of the line as Go counts them; 0 when only the line is known. */
  readonly column: number;
  /** The part of the template at fault, printed in Go's way; "" when only the line is known. */
  readonly at: string;
  /** The limit that stopped it; undefined when it is wrong in itself. */
  readonly limit: keyof RenderLimits | undefined;
}

/** The message with the column of a parse error too, which Go leaves out: for those who must mend it. */
export function describeProblem({ stage, message, file, line, column }: TemplateProblem): string {
  const place = `template: ${file}:${line}:`;
  if (stage !== "parse" || column === 0 || !message.startsWith(place)) return message;
  return `${place}${column}:${message.slice(place.length)}`;
}

/** Carries a problem out of the depths of the parser, the escaper or the executor. */
export class TemplateFailure extends AppError {
  readonly problem: TemplateProblem;

  constructor(problem: TemplateProblem) {
    super("unprocessable", problem.message);
    this.problem = problem;
  }
}
