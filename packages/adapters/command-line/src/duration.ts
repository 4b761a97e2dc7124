const NS_PER_MS = 1_000_000;
const MS_BY_UNIT: ReadonlyMap<string, number> = new Map([
  ["ns", 1 / NS_PER_MS],
  ["us", 1 / 1_000],
  ["µs", 1 / 1_000],
  ["μs", 1 / 1_000],
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
  ["w", 604_800_000],
]);
const PART = /(\d+\.?\d*|\.\d+)?([^\d.]*)/y;

export type DurationResult =
  | { readonly ok: true; readonly ms: number }
  | { readonly ok: false; readonly problem: string };

/** Reads `1h30m`, `1.5h`, `2d` or `1w`, with a sign or without. The problem is said in Go's words. */
export function parseDuration(text: string): DurationResult {
  const quoted = JSON.stringify(text);
  const unsigned = text.replace(/^[+-]/, "");
  if (unsigned === "0") return { ok: true, ms: 0 };
  let ms = 0;
  let at = 0;
  do {
    PART.lastIndex = at;
    const [part = "", digits, name = ""] = PART.exec(unsigned) ?? [];
    if (digits === undefined) return refuse(`invalid duration ${quoted}`);
    if (name === "") return refuse(`missing unit in duration ${quoted}`);
    const unitMs = MS_BY_UNIT.get(name);
    if (unitMs === undefined)
      return refuse(`unknown unit ${JSON.stringify(name)} in duration ${quoted}`);
    ms += Number(digits) * unitMs;
    at += part.length;
  } while (at < unsigned.length);
  return { ok: true, ms: text.startsWith("-") ? -ms : ms };
}

function refuse(reason: string): DurationResult {
  return { ok: false, problem: `time: ${reason}` };
}
