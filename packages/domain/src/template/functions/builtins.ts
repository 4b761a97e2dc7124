/** The functions that Go's templates have from the start; `and` and `or` are the executor's. */
import type { Execution } from "../exec/execution.ts";
import { sprint, sprintf, sprintln } from "../fmt/printf.ts";
import { ANY, GoError, STRING, VALUE, type GoFunction } from "../values/types.ts";
import { int, isTrue, printable, stringOf, typeName, type GoValue } from "../values/values.ts";
import { equals, equalsAny, isLess } from "./compare.ts";
import { escapeHtml, escapeJs, escapeQuery } from "./escape-text.ts";
import { indexValue, lengthOf, sliceValue } from "./indexing.ts";

type Call = GoFunction["call"];

/** A function of values as they are, without conversion. */
function ofValues(count: number, call: Call): GoFunction {
  return { params: Array.from({ length: count }, () => VALUE), isVariadic: false, call };
}

function ofManyValues(call: Call): GoFunction {
  return { params: [VALUE, VALUE], isVariadic: true, call };
}

function ofAnything(call: Call): GoFunction {
  return { params: [ANY], isVariadic: true, call };
}

/** The text that Go's escapers work on: a string as it is, everything else printed as an action would. */
export function printedText(args: readonly GoValue[], run: Execution): string {
  const shown = args.map((arg) => (arg === null ? "<no value>" : printable(arg)));
  return sprint(shown, run.budget);
}

function escaper(escape: (text: string) => string): GoFunction {
  return ofAnything((args, run) => {
    const text = printedText(args, run);
    run.budget.spend(text.length >> 3);
    const escaped = escape(text);
    run.budget.admitText(escaped.length);
    return escaped;
  });
}

function less(left: GoValue = null, right: GoValue = null): boolean {
  return isLess(left, right);
}

function lessOrEqual([left = null, right = null]: readonly GoValue[], run: Execution): boolean {
  return isLess(left, right) || equals(left, right, run.budget);
}

/** `and` and `or` stop at the first value that decides, so the executor evaluates them itself. */
const SHORT_CIRCUIT: GoFunction = ofManyValues(() => null);

export const BUILTINS: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ["and", SHORT_CIRCUIT],
  ["or", SHORT_CIRCUIT],
  // No value of a template is a function, so a call can only say why it fails. The executor puts the
  // callee's name in front.
  [
    "call",
    ofManyValues(([name = null, callee = null]) => {
      if (callee === null) throw new GoError("call of nil");
      throw new GoError(`non-function ${stringOf(name) ?? ""} of type ${typeName(callee)}`);
    }),
  ],
  ["html", escaper(escapeHtml)],
  ["index", ofManyValues(([item = null, ...indexes]) => indexValue(item, indexes))],
  ["js", escaper(escapeJs)],
  ["len", ofValues(1, ([item = null]) => int(lengthOf(item)))],
  ["not", ofValues(1, ([value = null]) => !isTrue(value))],
  ["print", ofAnything((args, run) => sprint(args, run.budget))],
  [
    "printf",
    {
      params: [STRING, ANY],
      isVariadic: true,
      call: ([format = "", ...args], run) => sprintf(stringOf(format) ?? "", args, run.budget),
    },
  ],
  ["println", ofAnything((args, run) => sprintln(args, run.budget))],
  ["slice", ofManyValues(([item = null, ...indexes]) => sliceValue(item, indexes))],
  ["urlquery", escaper(escapeQuery)],
  ["eq", ofManyValues(([first = null, ...others], run) => equalsAny(first, others, run.budget))],
  ["ne", ofValues(2, ([a = null, b = null], run) => !equals(a, b, run.budget))],
  ["lt", ofValues(2, ([left, right]) => less(left, right))],
  ["le", ofValues(2, lessOrEqual)],
  ["gt", ofValues(2, (args, run) => !lessOrEqual(args, run))],
  ["ge", ofValues(2, ([left, right]) => !less(left, right))],
]);
