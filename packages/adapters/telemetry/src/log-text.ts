/**
 * The two line forms of upstream's log, as Go's `log/slog` prints them in Alertmanager 0.34: logfmt with
 * Go quotes, and JSON. Times are UTC with milliseconds, levels are upper case.
 */
import type { LogFields, LogLevel } from "@tocsin/foundation";

/** `logfmt` is the default, as upstream's `--log.format`. */
export type LogFormat = "logfmt" | "json";

/** One log line before it is printed. */
export interface LogLine {
  readonly atMs: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

const SECRET_NAME =
  /(?:passw|secret|token|authorization|cookie|credential|(?:api|access|private|routing|service)_?-?key$)/i;
const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)[^/?#\s"]*@/gi;
const HIDDEN = "<secret>";
/** What a value may hold without quotes: printable ASCII but blank, `"` and `=`. */
const BARE = /^[!#-<>-~]+$/;
/** Beyond ASCII a value stays bare while every character can be printed. */
const PRINTABLE = /^[[\p{L}\p{M}\p{N}\p{P}\p{S}]--["=]]+$/v;
const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};

/** Prints a line without its end. Values of fields that are called like a secret are hidden. */
export function formatLine(line: LogLine, format: LogFormat): string {
  return format === "json" ? formatJson(line) : formatLogfmt(line);
}

function formatLogfmt({ atMs, level, message, fields }: LogLine): string {
  let text = `time=${timeText(atMs)} level=${level.toUpperCase()} msg=${quoteIfNeeded(message)}`;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    text += ` ${quoteIfNeeded(name)}=${quoteIfNeeded(String(safeValue(name, value)))}`;
  }
  return text;
}

function formatJson({ atMs, level, message, fields }: LogLine): string {
  let text = `{"time":"${timeText(atMs)}","level":"${level.toUpperCase()}"`;
  text += `,"msg":${JSON.stringify(message)}`;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    // NaN and the infinities have no form in JSON: as text they are at least readable.
    const safe = safeValue(name, value);
    const printed = typeof safe === "number" && !Number.isFinite(safe) ? String(safe) : safe;
    text += `,${JSON.stringify(name)}:${JSON.stringify(printed)}`;
  }
  return `${text}}`;
}

function timeText(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** The last line of defence only: whoever logs keeps secrets out by himself. */
function safeValue(name: string, value: string | number | boolean): string | number | boolean {
  if (typeof value !== "string") return value;
  if (SECRET_NAME.test(name)) return HIDDEN;
  return value.includes("@") ? value.replace(USER_INFO, `$1${HIDDEN}@`) : value;
}

function quoteIfNeeded(text: string): string {
  return BARE.test(text) || PRINTABLE.test(text) ? text : quote(text);
}

/** Go's `strconv.Quote`; a lone surrogate is no character in Go, so it is U+FFFD here. */
function quote(text: string): string {
  let quoted = "";
  for (const char of text.toWellFormed()) {
    if (char === " " || char === "=") quoted += char;
    else if (char !== "\\" && PRINTABLE.test(char)) quoted += char;
    else quoted += NAMED_ESCAPES[char] ?? escapeCodePoint(char.codePointAt(0) ?? 0);
  }
  return `"${quoted}"`;
}

function escapeCodePoint(code: number): string {
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code < 0x1_0000) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}
