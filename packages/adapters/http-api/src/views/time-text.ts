/** Times in answers. Upstream's v2 shows exactly milliseconds, v1 what there is, both in the sender's zone. */

const DAY_MS = 86_400_000;
const TWO_DIGITS: readonly string[] = Array.from({ length: 100 }, (_, n) =>
  `${n}`.padStart(2, "0"),
);
const THREE_DIGITS: readonly string[] = Array.from({ length: 1_000 }, (_, n) =>
  `${n}`.padStart(3, "0"),
);

/** Prints times; one per answer, as it remembers the last day. */
export class TimePrinter {
  #day = Number.NaN;
  #dayText = "";

  /** `2026-01-02T03:04:05.678+02:00`; `Z` for UTC. */
  millis(ms: number, offsetMin = 0): string {
    const localMs = ms + offsetMin * 60_000;
    const ofSecond = THREE_DIGITS[modulo(localMs, 1_000)] as string;
    return `${this.#toSeconds(localMs)}.${ofSecond}${zoneText(offsetMin)}`;
  }

  /** As Go prints RFC 3339 with nanoseconds: without zeros at the end, without a point if none are left. */
  trimmed(ms: number, subNs = 0, offsetMin = 0): string {
    const localMs = ms + offsetMin * 60_000;
    const ns = modulo(localMs, 1_000) * 1_000_000 + subNs;
    const digits = ns === 0 ? "" : `.${`${ns}`.padStart(9, "0").replace(/0+$/, "")}`;
    return `${this.#toSeconds(localMs)}${digits}${zoneText(offsetMin)}`;
  }

  #toSeconds(localMs: number): string {
    const day = Math.floor(localMs / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#dayText = dayText(day * DAY_MS);
    }
    const second = Math.floor(modulo(localMs, DAY_MS) / 1_000);
    const hours = TWO_DIGITS[Math.floor(second / 3_600)] as string;
    const minutes = TWO_DIGITS[Math.floor(second / 60) % 60] as string;
    return `${this.#dayText}${hours}:${minutes}:${TWO_DIGITS[second % 60] as string}`;
  }
}

function dayText(atMs: number): string {
  const date = new Date(atMs);
  const year = `${date.getUTCFullYear()}`.padStart(4, "0");
  const month = TWO_DIGITS[date.getUTCMonth() + 1] as string;
  return `${year}-${month}-${TWO_DIGITS[date.getUTCDate()] as string}T`;
}

function zoneText(offsetMin: number): string {
  if (offsetMin === 0) return "Z";
  const size = Math.abs(offsetMin);
  const hours = TWO_DIGITS[Math.floor(size / 60)] as string;
  return `${offsetMin < 0 ? "-" : "+"}${hours}:${TWO_DIGITS[size % 60] as string}`;
}

/** Times before 1970 are negative, their parts are not. */
function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
