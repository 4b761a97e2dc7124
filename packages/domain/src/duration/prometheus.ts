/** Parses a length of time of the form `1h30m`; `unit` and order rules as Prometheus has them. */
export type DurationMsResult =
  | { readonly ok: true; readonly ms: number }
  | { readonly ok: false; readonly error: string };

const UNITS_MS: readonly (readonly [name: string, ms: number])[] = [
  ["y", 365 * 86_400_000],
  ["w", 7 * 86_400_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
];
/** Upstream keeps ns in 63 bits; everything that can be written has whole ms. */
const DURATION_MAX_MS = 9_223_372_036_854;
const WANTED = 'wanted whole numbers with y, w, d, h, m, s, ms in this order, such as "1h30m"';

/**
 * Parses a duration of the configuration: whole numbers with y, w, d, h, m, s, ms, biggest first, each
 * once, or a bare `0`. A year has 365 days. The largest is about 292 years. Mirrors ParseDuration of
 * prometheus/common 0.70 `model/time.go`.
 */
export function parsePrometheusDuration(text: string): DurationMsResult {
  if (text === "0") return { ok: true, ms: 0 };
  if (text === "") return refuse(text, "it is empty");
  let totalMs = 0;
  let unitNext = 0;
  for (const part = /([0-9]+)([^0-9]+)/y; part.lastIndex < text.length;) {
    const at = part.lastIndex;
    const match = part.exec(text);
    if (match === null)
      return refuse(text, `a number with a unit is missing at character ${at + 1}`);
    const [, digits, name] = match;
    const unit = UNITS_MS.findIndex((candidate) => candidate[0] === name);
    const unitMs = UNITS_MS[unit]?.[1];
    if (unitMs === undefined) return refuse(text, `unit ${JSON.stringify(name)} is unknown`);
    if (unit < unitNext) return refuse(text, `unit "${name}" follows a smaller or equal one`);
    unitNext = unit + 1;
    totalMs += Number(digits) * unitMs;
    if (totalMs > DURATION_MAX_MS) return refuse(text, "it is longer than 292 years");
  }
  return { ok: true, ms: totalMs };
}

/** As `parsePrometheusDuration`, with an optional minus sign in front. */
export function parseSignedPrometheusDuration(text: string): DurationMsResult {
  if (!text.startsWith("-")) return parsePrometheusDuration(text);
  const result = parsePrometheusDuration(text.slice(1));
  return result.ok ? { ok: true, ms: result.ms === 0 ? 0 : -result.ms } : result;
}

/** Prints whole milliseconds: years and weeks only when they divide exactly (`10d`, not `1w3d`). */
export function formatPrometheusDuration(ms: number): string {
  let restMs = Math.trunc(Math.abs(ms));
  if (restMs === 0) return "0s";
  let text = ms < 0 ? "-" : "";
  for (const [name, unitMs] of UNITS_MS) {
    const exactOnly = name === "y" || name === "w";
    if (restMs < unitMs || (exactOnly && restMs % unitMs !== 0)) continue;
    text += `${Math.floor(restMs / unitMs)}${name}`;
    restMs %= unitMs;
  }
  return text;
}

function refuse(text: string, reason: string): DurationMsResult {
  return {
    ok: false,
    error: `Cannot parse duration ${JSON.stringify(text)}: ${reason}; ${WANTED}`,
  };
}
