import { expect, test } from "vitest";

import { parseListenAddress } from "./address.ts";

test.each([
  { text: ":9093", host: "", port: 9093 },
  { text: "127.0.0.1:0", host: "127.0.0.1", port: 0 },
  { text: "[::1]:80", host: "::1", port: 80 },
  { text: "name:", host: "name", port: 0 },
])("parseListenAddress() reads $text", ({ text, host, port }) => {
  expect(parseListenAddress(text)).toEqual({ ok: true, address: { host, port } });
});

test.each([
  { text: "nope", problem: "address nope: missing port in address" },
  { text: "127.0.0.1:99999", problem: "address 99999: invalid port" },
  { text: "a:x", problem: "address x: invalid port" },
  { text: "::1:80", problem: "address ::1:80: too many colons in address" },
])("parseListenAddress() refuses $text", ({ text, problem }) => {
  expect(parseListenAddress(text)).toEqual({ ok: false, problem });
});
