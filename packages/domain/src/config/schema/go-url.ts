/**
 * URLs as upstream reads and writes them (Go 1.26 `net/url`). The classes of JavaScript follow the
 * rules of browsers: they accept what Go refuses (spaces, missing slashes), and write other text.
 * Parts are kept in their escaped form, so that writing them is joining them.
 */
import { bytesFromText, textFromBytes } from "../../text/index.ts";

export interface GoUrl {
  /** Lower case; empty for a relative reference. */
  readonly scheme: string;
  /** What follows the scheme when it does not begin with a slash. */
  readonly opaque: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** With its port; an IPv6 address in brackets. */
  readonly host: string;
  /** A scheme, no `//`, and a path. */
  readonly omitsHost: boolean;
  readonly path: string;
  /** Without its `?`; undefined when there is none. */
  readonly query: string | undefined;
  readonly fragment: string;
}

export type GoUrlResult =
  | { readonly ok: true; readonly url: GoUrl }
  | { readonly ok: false; readonly reason: string };

type Part = "path" | "user" | "fragment" | "host";

const UNRESERVED = "A-Za-z0-9\\-._~";
const KEPT: Readonly<Record<Part, RegExp>> = {
  path: new RegExp(`[${UNRESERVED}$&+,/:;=@]`),
  user: new RegExp(`[${UNRESERVED}$&+,;=]`),
  fragment: new RegExp(`[${UNRESERVED}$&+,/:;=?@!()*]`),
  host: new RegExp(`[${UNRESERVED}!$&'()*+,;=:[\\]<>"]`),
};
const PATH_FORM = new RegExp(`^[${UNRESERVED}$&+,/:;=@!'()*[\\]%]*$`);
const FRAGMENT_FORM = new RegExp(`^[${UNRESERVED}$&+,/:;=?@!'()*[\\]%]*$`);
const USER_FORM = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/;
const PORT = /^(?::[0-9]*)?$/;
// eslint-disable-next-line no-control-regex -- finding them is the purpose
const CONTROL = /[\u0000-\u001f\u007f]/;

class UrlProblem extends Error {}

export function parseGoUrl(text: string): GoUrlResult {
  try {
    return { ok: true, url: parse(text) };
  } catch (error) {
    if (error instanceof UrlProblem) return { ok: false, reason: error.message };
    throw error;
  }
}

export function formatGoUrl(url: GoUrl): string {
  const scheme = url.scheme === "" ? "" : `${url.scheme}:`;
  const query = url.query === undefined ? "" : `?${url.query}`;
  const fragment = url.fragment === "" ? "" : `#${url.fragment}`;
  if (url.opaque !== "") return scheme + url.opaque + query + fragment;
  return scheme + formatAuthority(url) + formatPath(url) + query + fragment;
}

/** Ends the path in a slash, which upstream does to the addresses of some services. */
export function withTrailingSlash(url: GoUrl): GoUrl {
  const path = unescapePart(url.path, "path");
  return path.endsWith("/") ? url : { ...url, path: escapePart(`${path}/`, "path") };
}

function formatAuthority(url: GoUrl): string {
  const hasAuthority = url.host !== "" || url.user !== undefined;
  if (!hasAuthority && (url.scheme === "" || url.omitsHost || url.path === "")) return "";
  const password = url.password === undefined ? "" : `:${url.password}`;
  const user = url.user === undefined ? "" : `${url.user}${password}@`;
  return `//${user}${url.host}`;
}

function formatPath(url: GoUrl): string {
  if (url.host !== "" && url.path !== "" && !url.path.startsWith("/")) return `/${url.path}`;
  const isBare = url.scheme === "" && url.host === "" && url.user === undefined;
  const [segment = ""] = url.path.split("/", 1);
  return isBare && segment.includes(":") ? `./${url.path}` : url.path;
}

function parse(text: string): GoUrl {
  const [beforeFragment, fragment = ""] = cut(text, "#");
  if (CONTROL.test(beforeFragment)) throw new UrlProblem("it contains a control character");
  if (beforeFragment.startsWith(":")) throw new UrlProblem("its scheme is missing");
  const scheme = (SCHEME.exec(beforeFragment)?.[1] ?? "").toLowerCase();
  const behindScheme = scheme === "" ? beforeFragment : beforeFragment.slice(scheme.length + 1);
  const [rest, query] = cut(behindScheme, "?");
  const base = { ...EMPTY_URL, scheme, query, fragment: reescape(fragment, "fragment") };
  if (!rest.startsWith("/")) {
    if (scheme !== "") return { ...base, opaque: rest };
    const [segment] = cut(rest, "/");
    if (segment.includes(":")) throw new UrlProblem("its first part contains a colon");
  }
  if (!rest.startsWith("//") || (scheme === "" && rest.startsWith("///"))) {
    const omitsHost = scheme !== "" && rest.startsWith("/");
    return { ...base, omitsHost, path: reescape(rest, "path") };
  }
  const slash = rest.indexOf("/", 2);
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
  const path = slash < 0 ? "" : rest.slice(slash);
  return { ...base, ...parseAuthority(authority, scheme), path: reescape(path, "path") };
}

const EMPTY_URL: GoUrl = {
  scheme: "",
  opaque: "",
  user: undefined,
  password: undefined,
  host: "",
  omitsHost: false,
  path: "",
  query: undefined,
  fragment: "",
};

function parseAuthority(
  authority: string,
  scheme: string,
): Pick<GoUrl, "user" | "password" | "host"> {
  const at = authority.lastIndexOf("@");
  const host = parseHost(authority.slice(at + 1), scheme);
  if (at < 0) return { user: undefined, password: undefined, host };
  const userInfo = authority.slice(0, at);
  // The part is not quoted: it may be a password.
  if (!USER_FORM.test(userInfo)) throw new UrlProblem("its user or password is not escaped");
  const [user, password] = cut(userInfo, ":");
  return {
    user: escapePart(unescapePart(user, "user"), "user"),
    password:
      password === undefined ? undefined : escapePart(unescapePart(password, "user"), "user"),
    host,
  };
}

function parseHost(host: string, scheme: string): string {
  const bracket = host.lastIndexOf("[");
  if (bracket > 0) throw new UrlProblem("its host has a bracket inside");
  if (bracket === 0) return parseBracketHost(host);
  const isHttp = scheme === "http" || scheme === "https";
  const colon = isHttp ? host.indexOf(":") : host.lastIndexOf(":");
  if (colon >= 0) checkPort(host.slice(colon));
  return escapePart(unescapePart(host, "host"), "host");
}

const IPV6_FORM = /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/;

function parseBracketHost(host: string): string {
  const close = host.lastIndexOf("]");
  if (close < 0) throw new UrlProblem('its host lacks a "]"');
  checkPort(host.slice(close + 1));
  const [address, zone] = cut(host.slice(1, close), "%25");
  const plain = unescapePart(address, "host");
  const isAddress = IPV6_FORM.test(plain) && URL.canParse(`http://[${plain}]/`);
  if (!isAddress || zone === "") throw new UrlProblem("its host is not an IPv6 address");
  const zonePart = zone === undefined ? "" : `%25${escapePart(unescapePart(zone, "host"), "host")}`;
  return `[${escapePart(plain, "host")}${zonePart}]${host.slice(close + 1)}`;
}

function checkPort(text: string): void {
  if (!PORT.test(text)) throw new UrlProblem(`its port ${JSON.stringify(text)} is not a number`);
}

/** Keeps an escaped part that is well formed, and escapes it anew otherwise. */
function reescape(text: string, part: "path" | "fragment"): string {
  const plain = unescapePart(text, part);
  const form = part === "path" ? PATH_FORM : FRAGMENT_FORM;
  return form.test(text) ? text : escapePart(plain, part);
}

function unescapePart(text: string, part: Part): string {
  if (part === "host") checkHostCharacters(text);
  if (!text.includes("%")) return text;
  const bytes: number[] = [];
  const source = bytesFromText(text);
  for (let at = 0; at < source.length; at += 1) {
    const byte = source[at] as number; // In bounds, by the loop.
    if (byte !== 0x25) {
      bytes.push(byte);
      continue;
    }
    const escape = String.fromCharCode(...source.subarray(at, at + 3));
    if (!/^%[0-9A-Fa-f]{2}$/.test(escape)) {
      throw new UrlProblem(`its escape ${JSON.stringify(escape)} is not two hexadecimal digits`);
    }
    bytes.push(Number.parseInt(escape.slice(1), 16));
    at += 2;
  }
  return textFromBytes(Uint8Array.from(bytes));
}

/** In a host only bytes outside of ASCII may be escaped, and few characters written. */
function checkHostCharacters(text: string): void {
  const escape = /%[0-7][0-9A-Fa-f]/.exec(text.replaceAll("%25", ""));
  if (escape !== null) throw new UrlProblem(`its host has the escape "${escape[0]}"`);
  for (const char of text) {
    if (char === "%" || char > "\u007f" || KEPT.host.test(char)) continue;
    throw new UrlProblem(`its host has the character ${JSON.stringify(char)}`);
  }
}

function escapePart(text: string, part: Part): string {
  const kept = KEPT[part];
  let escaped = "";
  for (const char of text) {
    if (char <= "\u007f" && kept.test(char)) escaped += char;
    else for (const byte of bytesFromText(char)) escaped += escapeByte(byte);
  }
  return escaped;
}

function escapeByte(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
