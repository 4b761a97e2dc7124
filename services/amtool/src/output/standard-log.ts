/**
 * The log of amtool. It goes to standard output in logfmt, as upstream has it: what reads that output
 * may meet its records and knows them by their form, the place in upstream's sources included.
 */
import type { Clock } from "@tocsin/foundation";

export interface LogRecord {
  readonly level: "DEBUG" | "WARN";
  /** The place in the sources of Alertmanager 0.34 where this is logged. */
  readonly source: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, string>>;
}

export interface StandardLogOptions {
  /** Records of level DEBUG are written too. */
  readonly isVerbose: boolean;
}

export class StandardLog {
  readonly #deps: { readonly clock: Clock; readonly writeOut: (text: string) => void };
  readonly #isVerbose: boolean;

  constructor(
    deps: { readonly clock: Clock; readonly writeOut: (text: string) => void },
    options: StandardLogOptions,
  ) {
    this.#deps = deps;
    this.#isVerbose = options.isVerbose;
  }

  write({ level, source, message, fields = {} }: LogRecord): void {
    if (level === "DEBUG" && !this.#isVerbose) return;
    const pairs = Object.entries({
      time: new Date(this.#deps.clock.wallMs()).toISOString(),
      level,
      source,
      msg: message,
      ...fields,
    });
    const line = pairs.map(([key, value]) => `${key}=${quoted(value)}`).join(" ");
    this.#deps.writeOut(`${line}\n`);
  }
}

/** Quotes a value that holds a space, a quote, an equals sign or what cannot be printed, or that is empty. */
function quoted(value: string): string {
  const isPlain = value !== "" && !/[\s"=\p{C}]/u.test(value);
  return isPlain ? value : JSON.stringify(value);
}
