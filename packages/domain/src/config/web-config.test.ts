import { assert, describe, expect, test } from "vitest";

import { isTlsWanted, parseWebConfig } from "./web-config.ts";

const HASH = "$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG";

describe("parseWebConfig()", () => {
  test("takes an empty file for plain HTTP without users", () => {
    const parsed = parseWebConfig("", "/etc");
    assert(parsed.ok);
    expect(isTlsWanted(parsed.config.tls)).toBe(false);
    expect(parsed.config).toMatchObject({
      users: undefined,
      http: { http2: true },
      rateLimit: { intervalMs: 0 },
    });
  });

  test("reads everything and joins file names with the folder", () => {
    const parsed = parseWebConfig(
      `tls_server_config:
  cert_file: server.crt
  key_file: /keys/server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  client_allowed_sans: [prometheus.example]
  min_version: TLS13
  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
  curve_preferences: [X25519, CurveP256]
http_server_config:
  http2: false
  headers: {X-Frame-Options: deny, Strict-Transport-Security: max-age=60}
rate_limit: {interval: 100ms, burst: 5}
basic_auth_users:
  alice: ${HASH}
`,
      "/etc/tocsin",
    );
    assert(parsed.ok);
    const { tls, http, rateLimit, users } = parsed.config;
    expect(isTlsWanted(tls)).toBe(true);
    expect(tls).toMatchObject({
      certFile: "/etc/tocsin/server.crt",
      keyFile: "/keys/server.key",
      clientAuth: "RequireAndVerifyClientCert",
      clientCaFile: "/etc/tocsin/ca.crt",
      clientAllowedSans: ["prometheus.example"],
      minVersion: "TLS13",
      maxVersion: "TLS13",
      cipherSuites: ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"],
      preferServerCipherSuites: true,
      curvePreferences: ["X25519", "CurveP256"],
    });
    expect(http.http2).toBe(false);
    expect(http.headers?.get("X-Frame-Options")).toBe("deny");
    expect(rateLimit).toEqual({ intervalMs: 100, burst: 5 });
    expect(users?.get("alice")).toBe(HASH);
  });

  const TLS = "tls_server_config:\n";
  test.each([
    { name: "no YAML", text: "a: [\n", line: 2, says: /Cannot read the YAML/ },
    { name: "an unknown key", text: "tls: {}\n", line: 1, says: /key "tls" is unknown/ },
    {
      name: "a key twice",
      text: "http_server_config:\n  http2: true\n  http2: true\n",
      line: 3,
      says: /twice/,
    },
    {
      name: "a wrong type",
      text: "http_server_config: {http2: maybe}\n",
      line: 1,
      says: /a boolean wanted/,
    },
    {
      name: "a certificate without a key",
      text: `${TLS}  cert_file: a\n`,
      line: 2,
      says: /"key_file" is missing/,
    },
    {
      name: "a key without a certificate",
      text: `${TLS}  key_file: a\n`,
      line: 2,
      says: /"cert_file" is missing/,
    },
    {
      name: "a policy alone",
      text: `${TLS}  client_auth_type: RequestClientCert\n`,
      line: 2,
      says: /is missing/,
    },
    {
      name: "an unknown policy",
      text: `${TLS}  cert_file: a\n  key_file: b\n  client_auth_type: Maybe\n`,
      line: 4,
      says: /"Maybe" is unknown; wanted one of .*RequireAndVerifyClientCert/,
    },
    {
      name: "a client CA that nobody is asked for",
      text: `${TLS}  cert_file: a\n  key_file: b\n  client_ca_file: c\n`,
      line: 2,
      says: /needs a "client_auth_type"/,
    },
    {
      name: "an unknown version",
      text: `${TLS}  min_version: TLS9\n`,
      line: 2,
      says: /TLS version "TLS9" is unknown/,
    },
    {
      name: "versions the wrong way round",
      text: `${TLS}  cert_file: a\n  key_file: b\n  min_version: TLS13\n  max_version: TLS12\n`,
      line: 4,
      says: /"min_version" is above "max_version"/,
    },
    {
      name: "an unknown cipher",
      text: `${TLS}  cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]\n`,
      line: 2,
      says: /cipher .* is unknown/,
    },
    {
      name: "an unknown curve",
      text: `${TLS}  curve_preferences: [P-256]\n`,
      line: 2,
      says: /curve "P-256" is unknown/,
    },
    {
      name: "a header that is not on the list",
      text: "http_server_config:\n  headers: {Server: me}\n",
      line: 2,
      says: /header "Server" may not be set/,
    },
    {
      name: "a value that a header may not have",
      text: "http_server_config: {headers: {X-Frame-Options: allow}}\n",
      line: 1,
      says: /may only be deny or sameorigin/,
    },
    {
      name: "a header with a line break",
      text: 'http_server_config: {headers: {X-XSS-Protection: "1\\r\\nA: b"}}\n',
      line: 1,
      says: /no header can have/,
    },
    {
      name: "a password in clear",
      text: "basic_auth_users:\n  a: geheim\n",
      line: 2,
      says: /basic_auth_users.a.*no bcrypt hash/,
    },
    {
      name: "no password at all",
      text: "basic_auth_users:\n  a:\n",
      line: 2,
      says: /user "a" has no password/,
    },
    {
      name: "a burst of nothing",
      text: "rate_limit: {interval: 1s}\n",
      line: 1,
      says: /"burst" must be at least 1/,
    },
  ])("refuses $name with its place", ({ text, line, says }) => {
    const parsed = parseWebConfig(text, "/etc");
    assert(!parsed.ok);
    expect(parsed.problems[0]?.line).toBe(line);
    expect(parsed.problems[0]?.message).toMatch(says);
  });

  test("never shows what may be a password", () => {
    const parsed = parseWebConfig("basic_auth_users: {a: geheim}\n", "/etc");
    assert(!parsed.ok);
    expect(JSON.stringify(parsed.problems)).not.toContain("geheim");
  });
});
