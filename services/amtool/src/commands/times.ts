import { configRefusal } from "@tocsin/domain/config";
import { parsePrometheusDuration } from "@tocsin/domain/duration";
import { parseTimestamp } from "@tocsin/domain/template";
import { Failure } from "../program/failure.ts";

/** An instant of the command line. */
export interface GivenTime {
  readonly atMs: number;
  /** As the API takes it. */
  readonly text: string;
}

/** Reads the value of `--start` or `--end`; undefined if it is empty. */
export function readTime(text: string): GivenTime | undefined {
  if (text === "") return undefined;
  const parsed = parseTimestamp(text);
  if (!parsed.ok) throw new Failure(parsed.problem);
  return timeAt(parsed.atMs);
}

export function timeAt(atMs: number): GivenTime {
  return { atMs, text: new Date(atMs).toISOString() };
}

/** Reads how long a silence shall last, in ms: `1h30m`, `2d`. */
export function readSilenceDurationMs(text: string): number {
  const parsed = parsePrometheusDuration(text);
  if (!parsed.ok) throw new Failure(wordsOf(parsed.error));
  if (parsed.ms === 0) throw new Failure("silence duration must be greater than 0");
  return parsed.ms;
}

/** What upstream says of a duration that it cannot read. */
function wordsOf(message: string): string {
  return configRefusal([{ message, line: 1, column: 1 }]);
}
