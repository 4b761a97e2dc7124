import { parsedText } from "./schema/index.ts";
import type { Shape } from "./schema/index.ts";

/** `host:port`, an IPv6 host in brackets; empty is "not set". Splits as Go's `net.SplitHostPort`. */
export const hostPort: Shape<string> = parsedText({
  wanted: 'an address such as "mail.example:25"',
  zero: "",
  parse: (written) => {
    if (written === "") return { value: "" };
    const problem = findProblem(written);
    if (problem === undefined) return { value: canonical(written) };
    return { problem: `${problem} in address ${JSON.stringify(written)}` };
  },
  encode: (value) => ({ kind: "text", text: value }),
  isZero: (value) => value === "",
});

function findProblem(text: string): string | undefined {
  const colon = text.lastIndexOf(":");
  if (colon < 0) return "the port is missing";
  if (colon === text.length - 1) return "the port is empty";
  if (text.startsWith("[")) {
    const close = text.indexOf("]");
    if (close < 0) return 'a "]" is missing';
    if (close + 1 === text.length) return "the port is missing";
    if (close + 1 !== colon) {
      return text.charAt(close + 1) === ":" ? "there are too many colons" : "the port is missing";
    }
    return /[[\]]/.test(text.slice(1, close) + text.slice(close + 1))
      ? "there is a bracket too many"
      : undefined;
  }
  if (text.indexOf(":") !== colon) return "there are too many colons";
  return /[[\]]/.test(text) ? "there is a bracket too many" : undefined;
}

/** Brackets around a host without a colon are dropped, as they are when upstream writes it again. */
function canonical(text: string): string {
  const bracketed = /^\[([^:]*)\](:[^:]*)$/.exec(text);
  return bracketed === null ? text : `${bracketed[1] ?? ""}${bracketed[2] ?? ""}`;
}
