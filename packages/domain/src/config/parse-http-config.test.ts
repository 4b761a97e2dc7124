import { assert, describe, expect, test } from "vitest";

import { parseHttpConfig } from "./parse-http-config.ts";

describe("parseHttpConfig()", () => {
  test("reads credentials and joins file names with the folder", () => {
    const parsed = parseHttpConfig(
      "basic_auth: {username: carol, password: open sesame}\ntls_config: {ca_file: ca.pem}\n",
      "/etc/tools",
    );
    assert(parsed.ok);
    expect(parsed.config.basicAuth).toMatchObject({ username: "carol", password: "open sesame" });
    expect(parsed.config.tlsConfig.caFile).toBe("/etc/tools/ca.pem");
  });

  test("takes an empty file for the defaults", () => {
    const parsed = parseHttpConfig("# nothing\n", ".");
    assert(parsed.ok);
    expect(parsed.config).toMatchObject({ basicAuth: undefined, followRedirects: true });
  });

  test.each([
    { name: "an unknown key", text: "a: 1\nnope: 1\n", line: 1 },
    { name: "two ways to log in", text: "bearer_token: a\nbasic_auth: {username: b}\n", line: 1 },
    { name: "what is no YAML", text: "a: [\n", line: 2 },
  ])("refuses $name with its place", ({ text, line }) => {
    const parsed = parseHttpConfig(text, ".");
    assert(!parsed.ok);
    expect(parsed.problems[0]).toMatchObject({ line });
  });
});
