/**
 * Texts of transcripts with places to be filled in: `{{T-10m|ns|+02:00}}` is a time from the start of the
 * case, `{{NOW+5m}}` one near now, `{{UUID>s1}}` an ID to keep and `{{$s1}}` the kept one, `{{*}}` anything.
 * What is in braces and none of these is meant as it stands.
 */
const DURATION = String.raw`(?:[+-](?:\d+(?:ns|us|ms|s|m|h|d))+)`;
const TOKEN = new RegExp(
  String.raw`\{\{(\*|ANY|INT|NUM|WORD|DATE|METHODS|URL|HOST|PORT|SINK|DIR|BIG|UUID(?:>\w+)?|\$\w+|` +
    String.raw`T${DURATION}?(?:\|[^}]*)?|NOW${DURATION}?(?:~\w+)?)\}\}`,
  "g",
);
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)`;
const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const UNIT_NS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
};
/** How far from now a time may be that says nothing else: a busy machine takes its time. */
const TOLERANCE_MS = 30_000;

const ANYTHING: Readonly<Record<string, string>> = {
  "*": "[^]*",
  ANY: "[^]*",
  INT: String.raw`-?\d+`,
  NUM: String.raw`-?[\d.]+(?:e[+-]?\d+)?`,
  WORD: String.raw`\S*`,
  DATE: String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(?: ?[A-Z]{1,4}|[+-]\d\d:\d\d)?`,
  METHODS: "[A-Z]+(?:, ?[A-Z]+)*",
};

/** The values of one case that is being played. */
export class Placeholders {
  readonly #startNs: bigint;
  readonly #known: Map<string, string>;

  /** `known` has what is fixed from the start: URL, HOST, PORT, SINK and DIR. */
  constructor(known: Readonly<Record<string, string>>) {
    // A second back, with a fraction in which every digit shows.
    this.#startNs = BigInt(Math.floor(Date.now() / 1_000) - 1) * 1_000_000_000n + 123_456_789n;
    this.#known = new Map([...Object.entries(known), ["BIG", "z".repeat(100_000)]]);
  }

  keep(name: string, value: string): void {
    this.#known.set(`$${name}`, value);
  }

  /** The text with everything filled in that has one value. */
  fill(text: string): string {
    return text.replace(TOKEN, (whole, token: string) => this.#valueOf(token) ?? whole);
  }

  /** What is wrong with a text that should look like the pattern; keeps the IDs that it names. */
  findDifference(pattern: string, actual: string): string | undefined {
    const checks: ((text: string) => string | undefined)[] = [];
    let source = "";
    let at = 0;
    for (const match of pattern.matchAll(TOKEN)) {
      const [whole, token = ""] = match;
      source += RegExp.escape(pattern.slice(at, match.index));
      at = match.index + whole.length;
      const fixed = this.#valueOf(token) ?? ANYTHING[token];
      if (fixed !== undefined) {
        source += ANYTHING[token] ?? RegExp.escape(fixed);
        continue;
      }
      source += token.startsWith("UUID") ? `(${UUID})` : `(${TIME})`;
      checks.push((text) => this.#take(token, text));
    }
    source += RegExp.escape(pattern.slice(at));
    const found = new RegExp(`^${source}$`).exec(actual);
    if (found === null) return `want ${short(this.fill(pattern))}, got ${short(actual)}`;
    return checks
      .map((check, index) => check(found[index + 1] ?? ""))
      .find((problem) => problem !== undefined);
  }

  #valueOf(token: string): string | undefined {
    const known = this.#known.get(token);
    if (known !== undefined || token.startsWith("$")) return known ?? `<not kept: ${token}>`;
    if (!/^T(?:[+-]|\||$)/.test(token)) return undefined;
    const [moment = "", ...form] = token.split("|");
    return formatTime(this.#startNs + durationNs(moment.slice(1)), form.join(""));
  }

  #take(token: string, text: string): string | undefined {
    if (token.startsWith("UUID")) {
      const [, name] = token.split(">");
      if (name !== undefined) this.keep(name, text);
      return undefined;
    }
    const [moment = "", tolerance] = token.slice("NOW".length).split("~");
    const wantedMs = Date.now() + Number(durationNs(moment)) / 1e6;
    const toleranceMs =
      tolerance === undefined ? TOLERANCE_MS : Number(durationNs(`+${tolerance}`)) / 1e6;
    const offMs = Date.parse(text) - wantedMs;
    return Math.abs(offMs) > toleranceMs ? `time ${text} is off by ${offMs} ms` : undefined;
  }
}

export function short(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

function durationNs(text: string): bigint {
  let ns = 0n;
  for (const [, count = "0", unit = "ns"] of text.matchAll(/(\d+)(ns|us|ms|s|m|h|d)/g)) {
    ns += BigInt(count) * (UNIT_NS[unit] ?? 0n);
  }
  return text.startsWith("-") ? -ns : ns;
}

/** `form` is the number of digits (s, ms, us, ns, trim; ms if none) and then a zone (`Z` if none). */
function formatTime(ns: bigint, form: string): string {
  const [, digits = "", zone = ""] = /^(s|ms|us|ns|trim)?([+-]\d\d:\d\d)?$/.exec(form) ?? [];
  const [, sign = "", hours = "0", minutes = "0"] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
  const offsetMs = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const seconds = ns / 1_000_000_000n;
  const fraction = `${ns % 1_000_000_000n}`.padStart(9, "0");
  const base = new Date(Number(seconds) * 1_000 + offsetMs).toISOString().slice(0, 19);
  const shown = {
    s: "",
    ms: fraction.slice(0, 3),
    us: fraction.slice(0, 6),
    ns: fraction,
    trim: fraction.replace(/0+$/, ""),
  }[digits === "" ? "ms" : digits];
  const dot = shown === undefined || shown === "" ? "" : `.${shown}`;
  return `${base}${dot}${zone === "" ? "Z" : zone}`;
}
