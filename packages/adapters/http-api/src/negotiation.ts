import type { IncomingMessage } from "node:http";

/** Whether the client names gzip. `*` is no such name, as for upstream's metrics page. */
export function acceptsGzip({ headers }: IncomingMessage): boolean {
  const written = headers["accept-encoding"];
  const codings = (Array.isArray(written) ? written.join() : (written ?? ""))
    .toLowerCase()
    .split(",");
  for (const coding of codings) {
    const [name = "", ...parameters] = coding.split(";").map((part) => part.trim());
    const isRefused = parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
    if (name === "gzip") return !isRefused;
  }
  return false;
}

/** Whether `If-None-Match` names the tag. Weak and strong ones are compared alike, as RFC 9110 has it. */
export function isSameTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  const opaque = (text: string): string => text.trim().replace(/^W\//, "");
  return header.trim() === "*" || header.split(",").some((one) => opaque(one) === opaque(tag));
}
