import type { Budget } from "../budget.ts";
import { mendText } from "../values/text.ts";
import { integerOf, stringOf, typeName, type GoValue } from "../values/values.ts";
import { Printer } from "./printer.ts";
import { noFlags } from "./writer.ts";

/** Go ignores a width or precision beyond this, or of one digit more. */
const NUMBER_MAX = 1_000_000;

/** Go's `fmt.Sprintf`. */
export function sprintf(format: string, args: readonly GoValue[], budget: Budget): string {
  return new FormatRun(format, args, budget).run();
}

/** Go's `fmt.Sprint`: a space between two operands of which neither is a string. */
export function sprint(args: readonly GoValue[], budget: Budget): string {
  const [only] = args;
  if (args.length === 1 && typeof only === "string") return only;
  const printer = new Printer(budget);
  let wasText = true;
  for (const arg of args) {
    const isText = stringOf(arg) !== undefined;
    if (!isText && !wasText) printer.writer.write(" ");
    printer.argument(arg, "v");
    wasText = isText;
  }
  return mendText(printer.writer.out);
}

/** Go's `fmt.Sprintln`: a space between all operands and a line feed at the end. */
export function sprintln(args: readonly GoValue[], budget: Budget): string {
  const printer = new Printer(budget);
  for (const [at, arg] of args.entries()) {
    if (at > 0) printer.writer.write(" ");
    printer.argument(arg, "v");
  }
  return mendText(`${printer.writer.out}\n`);
}

/** One pass over a format. */
class FormatRun {
  readonly #format: string;
  readonly #args: readonly GoValue[];
  readonly #printer: Printer;
  #at = 0;
  #argument = 0;
  /** Explicit indexes were used, so arguments left over are no mistake. */
  #isReordered = false;
  #isIndexGood = true;
  /** An index stands right before the current place and waits for what it belongs to. */
  #isAfterIndex = false;

  constructor(format: string, args: readonly GoValue[], budget: Budget) {
    this.#format = format;
    this.#args = args;
    this.#printer = new Printer(budget);
  }

  run(): string {
    const format = this.#format;
    while (this.#at < format.length) {
      const next = format.indexOf("%", this.#at);
      const end = next < 0 ? format.length : next;
      if (end > this.#at) this.#printer.writer.write(format.slice(this.#at, end));
      this.#at = end + 1;
      if (next >= 0) this.#directive();
    }
    if (!this.#isReordered && this.#argument < this.#args.length) this.#extra();
    return mendText(this.#printer.writer.out);
  }

  #directive(): void {
    this.#printer.writer.flags = noFlags();
    this.#isIndexGood = true;
    this.#isAfterIndex = false;
    this.#readFlags();
    this.#readIndex();
    this.#readWidth();
    this.#readPrecision();
    if (!this.#isAfterIndex) this.#readIndex();
    if (this.#at >= this.#format.length) this.#printer.writer.write("%!(NOVERB)");
    else this.#verb();
  }

  #readFlags(): void {
    const { flags } = this.#printer.writer;
    for (; this.#at < this.#format.length; this.#at += 1) {
      const char = this.#format.charAt(this.#at);
      if (char === "#") flags.sharp = true;
      else if (char === "0") flags.zero = true;
      else if (char === "+") flags.plus = true;
      else if (char === "-") flags.minus = true;
      else if (char === " ") flags.space = true;
      else return;
    }
  }

  #readWidth(): void {
    const { flags } = this.#printer.writer;
    if (this.#format.charAt(this.#at) !== "*") {
      flags.width = this.#readNumber();
      if (this.#isAfterIndex && flags.width !== undefined) this.#isIndexGood = false;
      return;
    }
    this.#at += 1;
    const width = this.#numberArgument();
    if (width === undefined) this.#printer.writer.write("%!(BADWIDTH)");
    else {
      flags.width = Math.abs(width);
      if (width < 0) {
        flags.minus = true;
        flags.zero = false;
      }
    }
    this.#isAfterIndex = false;
  }

  #readPrecision(): void {
    if (this.#format.charAt(this.#at) !== ".") return;
    const { flags } = this.#printer.writer;
    this.#at += 1;
    if (this.#isAfterIndex) this.#isIndexGood = false;
    this.#isAfterIndex = false;
    this.#readIndex();
    if (this.#format.charAt(this.#at) !== "*") {
      flags.precision = this.#readNumber() ?? 0;
      return;
    }
    this.#at += 1;
    const precision = this.#numberArgument();
    // A negative precision counts as none, and Go calls that bad too.
    if (precision === undefined || precision < 0) this.#printer.writer.write("%!(BADPREC)");
    else flags.precision = precision;
    this.#isAfterIndex = false;
  }

  /** Digits of the format; one that is too large eats the rest, as Go has it. */
  #readNumber(): number | undefined {
    let number: number | undefined;
    for (; this.#at < this.#format.length; this.#at += 1) {
      const digit = this.#format.charCodeAt(this.#at) - 0x30;
      if (digit < 0 || digit > 9) return number;
      if (number !== undefined && number > NUMBER_MAX) {
        this.#at = this.#format.length;
        return undefined;
      }
      number = (number ?? 0) * 10 + digit;
    }
    return number;
  }

  /** A width or precision given as an argument (`*`). */
  #numberArgument(): number | undefined {
    if (this.#argument >= this.#args.length) return undefined;
    const value = integerOf(this.#args[this.#argument] ?? null);
    this.#argument += 1;
    if (value === undefined || value > NUMBER_MAX || value < -NUMBER_MAX) return undefined;
    return Number(value);
  }

  /** `[2]` chooses the argument that comes next. */
  #readIndex(): void {
    this.#isAfterIndex = false;
    if (this.#format.charAt(this.#at) !== "[") return;
    this.#isReordered = true;
    const start = this.#at;
    const close = this.#format.indexOf("]", start + 1);
    if (close < 0) {
      this.#isIndexGood = false;
      this.#at = start + 1;
      return;
    }
    this.#at = start + 1;
    const number = this.#readNumber();
    const isNumber = number !== undefined && this.#at === close;
    this.#at = close + 1;
    this.#isAfterIndex = isNumber;
    if (isNumber && number >= 1 && number <= this.#args.length) this.#argument = number - 1;
    else this.#isIndexGood = false;
  }

  #verb(): void {
    const verb = String.fromCodePoint(this.#format.codePointAt(this.#at) ?? 0);
    this.#at += verb.length;
    if (verb === "%") this.#printer.writer.write("%");
    else if (!this.#isIndexGood) this.#printer.writer.write(`%!${verb}(BADINDEX)`);
    else if (this.#argument >= this.#args.length) this.#printer.writer.write(`%!${verb}(MISSING)`);
    else {
      const { flags } = this.#printer.writer;
      if (verb === "v") {
        flags.sharpV = flags.sharp;
        flags.plusV = flags.plus;
        flags.sharp = false;
        flags.plus = false;
      }
      this.#printer.argument(this.#args[this.#argument] ?? null, verb);
      this.#argument += 1;
    }
  }

  #extra(): void {
    const printer = this.#printer;
    printer.writer.flags = noFlags();
    printer.writer.write("%!(EXTRA ");
    for (const [at, arg] of this.#args.slice(this.#argument).entries()) {
      if (at > 0) printer.writer.write(", ");
      if (arg === null) printer.writer.write("<nil>");
      else {
        printer.writer.write(`${typeName(arg)}=`);
        printer.argument(arg, "v");
      }
    }
    printer.writer.write(")");
  }
}
