import { AppError } from "@tocsin/foundation";

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
  /** It was stopped because a limit was reached, not because it is wrong. */
  readonly isOverBudget: boolean;
}

/** Carries a problem out of the depths of the parser, the escaper or the executor. */
export class TemplateFailure extends AppError {
  readonly problem: TemplateProblem;

  constructor(problem: TemplateProblem) {
    super("unprocessable", problem.message);
    this.problem = problem;
  }
}
