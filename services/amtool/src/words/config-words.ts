import type { ConfigProblem } from "@tocsin/domain/config";

/** What is wrong with a configuration, in one text. */
export function configRefusal(problems: readonly ConfigProblem[]): string {
  return problems
    .map(({ message, line, column, hint }) => {
      const after = hint === undefined ? "" : ` (${hint})`;
      return `line ${line}, column ${column}: ${message}${after}`;
    })
    .join("\n  ");
}
