import { parseWebConfig } from "../web-config.ts";
import { assert, expect, test } from "vitest";

import { webConfigRefusal } from "./web-words.ts";

test.each([
  { text: "a: [\n", words: "yaml: line 1: did not find expected node content" },
  {
    text: "nope: 1\nbasic_auth_users: {a: b}\n",
    words: "yaml: unmarshal errors:\n  line 1: field nope not found in type web.Config",
  },
  {
    text: "tls_server_config: {nope: 1}\nrate_limit: x\n",
    words:
      "yaml: unmarshal errors:\n  line 1: field nope not found in type web.TLSConfig\n" +
      "  line 2: cannot unmarshal !!str `x` into web.RateLimiterConfig",
  },
  {
    text: "nope: 1\ntls_server_config: {min_version: TLS9}\n",
    words: "unknown TLS version: TLS9",
  },
  { text: "tls_server_config: {key: a}\n", words: "missing one of cert or cert_file" },
  {
    text: "http_server_config: {headers: {X-Other: a}}\n",
    words: 'HTTP header "X-Other" can not be configured',
  },
  {
    text: "rate_limit: {interval: -1s}\n",
    words: 'line 1, column 24: Cannot use "rate_limit": the time may not be negative',
  },
])("webConfigRefusal() says $words", ({ text, words }) => {
  const parsed = parseWebConfig(text, ".");
  assert(!parsed.ok, "it is accepted");
  expect(webConfigRefusal(parsed.problems)).toBe(words);
});
