import { Writable } from "node:stream";
import type { Clock, LogFields, Logger, LogLevel } from "@tocsin/foundation";
import winston from "winston";
import { formatLine, type LogFormat } from "./log-text.ts";

export interface LoggerOptions {
  /** The least level that is printed; upstream's `--log.level`, default `info`. */
  readonly level: LogLevel;
  /** Upstream's `--log.format`. */
  readonly format: LogFormat;
}

export interface LoggerDeps {
  readonly clock: Pick<Clock, "wallMs">;
  /** Takes one line with its end. Called at once, in order. */
  readonly write: (line: string) => void;
}

/** Most severe first, as winston counts. */
const LEVELS: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

/**
 * The program's logger. A line below the level costs one comparison. Fields given by `with` come before
 * those of the line, as with Go's slog.
 */
export function createLogger(deps: LoggerDeps, options: LoggerOptions): Logger {
  const sink = winston.createLogger({
    levels: LEVELS,
    level: options.level,
    format: winston.format.printf((info) => String(info.message)),
    transports: [new winston.transports.Stream({ stream: lineStream(deps.write), eol: "\n" })],
  });
  const print = (level: LogLevel, message: string, fields: LogFields): void => {
    const line = { atMs: deps.clock.wallMs(), level, message, fields };
    sink.log({ level, message: formatLine(line, options.format) });
  };
  return new LevelLogger(LEVELS[options.level], print, {});
}

type Print = (level: LogLevel, message: string, fields: LogFields) => void;

class LevelLogger implements Logger {
  readonly #severityMax: number;
  readonly #print: Print;
  readonly #fields: LogFields;

  constructor(severityMax: number, print: Print, fields: LogFields) {
    this.#severityMax = severityMax;
    this.#print = print;
    this.#fields = fields;
  }

  enabled(level: LogLevel): boolean {
    return LEVELS[level] <= this.#severityMax;
  }

  log(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (!this.enabled(level)) return;
    this.#print(level, message, { ...this.#fields, ...fields });
  }

  with(fields: LogFields): Logger {
    return new LevelLogger(this.#severityMax, this.#print, { ...this.#fields, ...fields });
  }
}

/** Winston writes to streams; this one hands each line on at once, so that none is lost on exit. */
function lineStream(write: (line: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      write(String(chunk));
      done();
    },
  });
}
