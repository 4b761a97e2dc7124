/** Shapes of durations. All are ms in memory. */
import {
  formatGoDuration,
  formatPrometheusDuration,
  parseGoDuration,
  parsePrometheusDuration,
} from "../../duration/index.ts";
import { parsedText, readScalar, readText, refuseScalar } from "./scalars.ts";
import type { Scope } from "./scope.ts";
import { isNullWord } from "./shape.ts";
import type { Shape } from "./shape.ts";

const NS_PER_MS = 1_000_000;
/** Go keeps nanoseconds in 63 bits. */
const NS_LIMIT = 2 ** 63;

/** `1h30m` as Prometheus writes it, with days, weeks and years. */
export const duration: Shape<number> = parsedText({
  wanted: 'a duration such as "30s"',
  zero: 0,
  parse: (text) => {
    const result = parsePrometheusDuration(text);
    return result.ok ? { value: result.ms } : { problem: result.error };
  },
  encode: (ms) => ({ kind: "text", text: formatPrometheusDuration(ms) }),
  isZero: (ms) => ms === 0,
});

/**
 * A duration as Go writes it, in ms (with a fraction down to 1 ns). A bare number is nanoseconds: what
 * upstream makes of it, though hardly what its author meant, so it is warned of.
 */
export const goDuration: Shape<number> = {
  wanted: 'a duration such as "1m30s"',
  zero: 0,
  decode(node, scope, before) {
    const found = readScalar(node, scope, goDuration.wanted);
    if (found === undefined) return before;
    if (found.value === null) return 0;
    if (typeof found.value === "number" || typeof found.value === "bigint") {
      if (Math.abs(Number(found.value)) < NS_LIMIT) return bareNanoseconds(found.value, scope);
    }
    if (typeof found.value === "string") {
      const result = parseGoDuration(found.value);
      if (result.ok) return Number(result.ns) / NS_PER_MS;
    }
    refuseScalar(node, scope, goDuration.wanted);
    return before;
  },
  encode: (ms) => ({ kind: "text", text: formatGoDurationMs(ms) }),
  isZero: (ms) => ms === 0,
};

/** As `goDuration`, but a bare number is refused. */
export const goDurationText: Shape<number> = {
  ...goDuration,
  decode(node, scope, before) {
    const text = readText(node, scope, goDuration.wanted);
    if (text === undefined) return before;
    if (isNullWord(node)) return 0;
    const result = parseGoDuration(text);
    if (result.ok) return Number(result.ns) / NS_PER_MS;
    scope.ruleProblem(node, `Cannot use ${scope.where()}: ${result.error}`);
    return before;
  },
};

function bareNanoseconds(value: number | bigint, scope: Scope): number {
  const ns = typeof value === "bigint" ? value : BigInt(Math.trunc(value));
  if (ns !== 0n) {
    const reason = `${ns} without a unit is ${formatGoDuration(ns)}`;
    scope.warnings.push(`Check ${scope.where()}: ${reason}; add a unit such as "s"`);
  }
  return Number(ns) / NS_PER_MS;
}

function formatGoDurationMs(ms: number): string {
  return formatGoDuration(BigInt(Math.round(ms * NS_PER_MS)));
}
