/**
 * Tells whether Go's `url.ParseRequestURI` takes a text: what go-openapi asks of a field of format `uri`.
 * An absolute path is one; so is anything with a scheme.
 */
/** What nearly every sender gives: a plain host and path, and whatever is printable behind a "?". */
const USUAL = /^https?:\/\/[a-zA-Z0-9.-]+(?::\d+)?(?:\/[\w./~-]*)?(?:\?[\x21-\x7e]*)?$/;
/** Control characters of ASCII; those from U+0080 on are escaped by Go and so allowed. */
const CONTROL = /[^\P{Cc}\u0080-\u009f]/u;
const SCHEME = /^[a-zA-Z][a-zA-Z0-9+.-]*(?=:)/;
const BROKEN_ESCAPE = /%(?![0-9a-fA-F]{2})/;
const USER_INFO = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;
/** ASCII that must not be in a host name. */
const BAD_HOST = /[\s^`{|}\\@#/%]/;

export function isRequestUri(text: string): boolean {
  if (USUAL.test(text)) return true;
  if (text === "" || CONTROL.test(text)) return false;
  if (text === "*") return true;
  const scheme = SCHEME.exec(text)?.[0] ?? "";
  if (scheme === "" && text.startsWith(":")) return false;
  const rest = (scheme === "" ? text : text.slice(scheme.length + 1)).split("?", 1)[0] ?? "";
  if (!rest.startsWith("/")) return scheme !== "";
  if (!rest.startsWith("//") || scheme === "") return !BROKEN_ESCAPE.test(rest);
  const pathAt = rest.indexOf("/", 2);
  const authority = rest.slice(2, pathAt < 0 ? undefined : pathAt);
  const path = pathAt < 0 ? "" : rest.slice(pathAt);
  return isAuthority(authority) && !BROKEN_ESCAPE.test(path);
}

function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf("@");
  const user = authority.slice(0, Math.max(at, 0));
  if (!USER_INFO.test(user) || BROKEN_ESCAPE.test(user)) return false;
  const host = authority.slice(at + 1);
  if (!host.startsWith("[")) return /^[^:]*(?::\d*)?$/.test(host) && !BAD_HOST.test(host);
  const inner = /^\[([^\]]*)\](?::\d*)?$/.exec(host)?.[1];
  // A zone inside of brackets may have escapes: `%25eth0`.
  return inner !== undefined && !BROKEN_ESCAPE.test(inner);
}
