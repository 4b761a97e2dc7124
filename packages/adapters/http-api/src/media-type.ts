/** `Content-Type` as Go's `mime` package reads it, with its words for what is wrong. */

export type MediaType =
  | { readonly ok: true; readonly type: string }
  | { readonly ok: false; readonly reason: string };

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const TYPE = new RegExp(`^(${TOKEN})?(/)?(${TOKEN})?(.*)$`, "s");
const PARAMETER = new RegExp(
  `^\\s*;\\s*(${TOKEN})\\s*=\\s*(?:${TOKEN}|"(?:[^"\\\\\\r\\n]|\\\\[^\\r\\n])*")`,
);

/** Reads the type, in lower case; its parameters are only looked at for faults. */
export function readMediaType(text: string): MediaType {
  const base = text.split(";", 1)[0] ?? "";
  const written = base.trim().toLowerCase();
  const [, main, slash, sub, rest = ""] = TYPE.exec(written) ?? [];
  if (main === undefined) return refuse("mime: no media type");
  if (slash === undefined) {
    return sub === undefined && rest === ""
      ? refuse(`mediatype: malformed: ${JSON.stringify(text)} has no subtype`)
      : refuse("mime: expected slash after first token");
  }
  if (sub === undefined) return refuse("mime: expected token after slash");
  if (rest !== "") return refuse("mime: unexpected content after media subtype");
  const problem = parameterProblem(text.slice(base.length));
  return problem === undefined ? { ok: true, type: written } : refuse(problem);
}

function parameterProblem(text: string): string | undefined {
  const names = new Set<string>();
  let rest = text;
  // One semicolon at the end is nothing.
  while (!/^\s*;?\s*$/.test(rest)) {
    const [parameter = "", written = ""] = PARAMETER.exec(rest) ?? [];
    if (parameter === "") return "mime: invalid media parameter";
    const name = written.toLowerCase();
    if (names.has(name)) return "mime: duplicate parameter name";
    names.add(name);
    rest = rest.slice(parameter.length);
  }
  return undefined;
}

function refuse(reason: string): MediaType {
  return { ok: false, reason };
}
