import { parseTemplate } from "../template/parse/parser.ts";
import { TemplateFailure } from "../template/problem.ts";

/** What Go's `html/template` knows by itself: upstream checks addresses without the functions of alerts. */
const FUNCTIONS: ReadonlySet<string> = new Set(
  "and call eq ge gt html index js le len lt ne not or print printf println slice urlquery".split(
    " ",
  ),
);

/** Says what is wrong with the syntax of a template; undefined when it can be used. */
export function checkUrlTemplate(text: string): string | undefined {
  try {
    parseTemplate(text, { name: "", functions: FUNCTIONS });
    return undefined;
  } catch (error) {
    if (error instanceof TemplateFailure) return error.problem.message;
    throw error;
  }
}
