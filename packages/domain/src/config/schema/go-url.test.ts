import { expect, test } from "vitest";
import { formatGoUrl, parseGoUrl, withTrailingSlash } from "./go-url.ts";

function again(text: string): string {
  const result = parseGoUrl(text);
  return result.ok ? formatGoUrl(result.url) : `refused: ${result.reason}`;
}

test.each([
  ["HTTPS://Ex.example", "https://Ex.example"],
  ["http://x/a b", "http://x/a%20b"],
  ["http://x/%7euser?q=%zz", "http://x/%7euser?q=%zz"],
  ["http://x/a%2fb", "http://x/a%2fb"],
  ["http://x?", "http://x?"],
  ["http://u:p%40@x:80/", "http://u:p%40@x:80/"],
  ["http://[::1]:9/", "http://[::1]:9/"],
  ["http://[fe80::1%25en0]/", "http://[fe80::1%25en0]/"],
  ["http://münchen.example/ü", "http://m%C3%BCnchen.example/%C3%BC"],
  ["mailto:a@b", "mailto:a@b"],
  ["//h/x", "//h/x"],
  ["socks5://p:1080", "socks5://p:1080"],
  ["rel/path#frag ment", "rel/path#frag%20ment"],
  ["", ""],
])("parseGoUrl and formatGoUrl make %j %j", (text, wanted) => {
  expect(again(text)).toBe(wanted);
});

test.each([
  ["http://x/%zz", "escape"],
  ["http://x:port/", "port"],
  ["http://a:b:25/", "port"],
  ["http://x y/", "character"],
  ["http://%41/", "escape"],
  ["http://[::1/", '"]"'],
  ["http://[x]/", "IPv6"],
  ["http://u p@x/", "not escaped"],
  ["http://x/\n", "control"],
  [":x", "scheme"],
  ["1:2", "colon"],
])("parseGoUrl refuses %j", (text, reason) => {
  const shown = again(text);
  expect(shown).toMatch(/^refused: /);
  expect(shown).toContain(reason);
});

test("parseGoUrl never tells a password", () => {
  expect(again("http://user:pass word@x/")).not.toContain("pass word");
});

test.each([
  ["https://x", "https://x/"],
  ["https://x/a", "https://x/a/"],
  ["https://x/a/", "https://x/a/"],
  ["https://x/a%2fb?q", "https://x/a/b/?q"],
])("withTrailingSlash of %j is %j", (text, wanted) => {
  const result = parseGoUrl(text);
  expect(result.ok && formatGoUrl(withTrailingSlash(result.url))).toBe(wanted);
});
