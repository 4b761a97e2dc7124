import { describe, expect, it } from "vitest";
import { redirectOf, targetOf } from "./target.ts";

const FROM = new URL("http://a.example/l/t?old");

/** What Alertmanager 0.34 wrote in the first line of its request. */
const WRITTEN = [
  { text: "http://a.example/p?a='b'", path: "/p?a='b'" },
  { text: "http://a.example/p/../q?x", path: "/p/../q?x" },
  { text: "http://a.example/p/%2e%2e/q", path: "/p/%2e%2e/q" },
  { text: "http://a.example/a(b)!*'", path: "/a(b)!*'" },
  { text: "http://a.example/a|b", path: "/a%7Cb" },
  { text: "http://a.example/a{b}^`", path: "/a%7Bb%7D%5E%60" },
  { text: "http://a.example/a\\b", path: "/a%5Cb" },
  { text: "http://a.example//a//b", path: "//a//b" },
  { text: 'http://a.example/a?q="<>|{}^`', path: '/a?q="<>|{}^`' },
  { text: "http://a.example/a?", path: "/a?" },
  { text: "http://a.example?x=1", path: "/?x=1" },
  { text: "http://a.example", path: "/" },
  { text: "http://a.example/a?b#f", path: "/a?b" },
  { text: "http://a.example/ä", path: "/%C3%A4" },
  { text: "http://a.example/a?x=%zz", path: "/a?x=%zz" },
];

/** Here a first line stays one line of ASCII. */
const MENDED = [
  { text: "http://a.example/a?b c", path: "/a?b%20c" },
  { text: "http://a.example/?ö", path: "/?%C3%B6" },
];

describe("targetOf()", () => {
  it.for([...WRITTEN, ...MENDED])("writes $text as $path", ({ text, path }) => {
    const result = targetOf(text);
    expect(result).toMatchObject({ ok: true, target: { path } });
    expect(result.ok && result.target.url.origin).toBe("http://a.example");
  });

  it.for([
    { text: "ftp://a.example/", scheme: "ftp" },
    { text: "a.example/hook", scheme: "" },
  ])("knows that $text cannot be asked", ({ text, scheme }) => {
    const error = `unsupported protocol scheme "${scheme}"`;
    expect(targetOf(text)).toEqual({ ok: false, error });
  });
});

describe("redirectOf()", () => {
  it.for([
    { location: "next?a='b'", href: "http://a.example/", path: "/l/next?a='b'" },
    { location: "/x/../y?q", href: "http://a.example/", path: "/y?q" },
    { location: "#f", href: "http://a.example/", path: "/l/t?old" },
    { location: "?z='1'", href: "http://a.example/", path: "/l/t?z='1'" },
    { location: "/a b?c", href: "http://a.example/", path: "/a%20b?c" },
    { location: "\\x", href: "http://a.example/", path: "/l/%5Cx" },
    { location: "/a|b?c|d", href: "http://a.example/", path: "/a%7Cb?c|d" },
    { location: latin1("/ü?ö"), href: "http://a.example/", path: "/%C3%BC?%C3%B6" },
    { location: "//b.example?x", href: "http://b.example/", path: "/?x" },
  ])("follows $location to $path", ({ location, href, path }) => {
    const result = redirectOf({ status: 307, location }, FROM);
    expect(result).toMatchObject({ ok: true, target: { path } });
    expect(result?.ok === true && result.target.url.origin).toBe(new URL(href).origin);
  });

  it.for([
    { location: "http://[::1", error: "failed to parse Location header" },
    { location: "/%zz", error: "failed to parse Location header" },
    { location: "ftp://x/y", error: 'unsupported protocol scheme "ftp"' },
    { location: "mailto:x", error: 'unsupported protocol scheme "mailto"' },
    { location: "a:b/c", error: 'unsupported protocol scheme "a"' },
  ])("knows that $location leads nowhere", ({ location, error }) => {
    expect(redirectOf({ status: 302, location }, FROM)).toEqual({ ok: false, error });
  });

  it.for([
    { status: 302, location: undefined },
    { status: 307, location: "" },
    { status: 300, location: "/x" },
    { status: 304, location: "/x" },
    { status: 200, location: "/x" },
  ])("takes $status with $location for an answer", ({ status, location }) => {
    expect(redirectOf({ status, location }, FROM)).toBeUndefined();
  });
});

/** As a header's bytes come. */
function latin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}
