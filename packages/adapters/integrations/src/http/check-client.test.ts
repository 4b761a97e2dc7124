/** What an `http_config` is refused for when it is loaded, in the words of Alertmanager 0.34. */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { rootCertificates } from "node:tls";
import { parseConfig, type HttpConfig, type WebhookSettings } from "@tocsin/domain/config";
import { describe, expect, it } from "vitest";
import { findClientFault } from "./check-client.ts";

const [CA = ""] = rootCertificates;
const PAIR = makePair();
const OTHER_KEY = makePair().key;
const RSA_KEY = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();
const LOCKED_KEY = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" })
  .toString();
const LARGE_RSA_KEY = largeRsaKey();
/** What nobody who has a loop to keep going may parse. */
const LARGE_DSA_KEY = largeDsaKey();
const NO_CERTIFICATE = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

const FILES: ReadonlyMap<string, string> = new Map([
  ["/ca", CA],
  ["/cert", PAIR.cert],
  ["/key", PAIR.key],
  ["/other", OTHER_KEY],
  ["/garbage", "garbage"],
  ["/empty", ""],
]);

function read(path: string): Promise<string> {
  const text = FILES.get(path);
  if (text === undefined) {
    return Promise.reject(new Error(`open ${path}: no such file or directory`));
  }
  return Promise.resolve(text);
}

function fault(written: object): ReturnType<typeof findClientFault> {
  return findClientFault(configOf(written), read);
}

function configOf(written: object): HttpConfig {
  const integration = { url: "http://a/", http_config: written };
  const receivers = [{ name: "a", webhook_configs: [integration] }];
  const parsed = parseConfig(JSON.stringify({ route: { receiver: "a" }, receivers }));
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
  const { settings } = parsed.config.receivers[0]?.integrations[0] ?? {};
  const { httpConfig } = settings as WebhookSettings;
  if (httpConfig === undefined) throw new Error("There is no client");
  return httpConfig;
}

describe("findClientFault()", () => {
  it.each<[string, object]>([
    ["nothing", {}],
    ["files", { tls_config: { ca_file: "/ca", cert_file: "/cert", key_file: "/key" } }],
    ["texts", { tls_config: { ca: CA, cert: PAIR.cert, key: PAIR.key } }],
    ["a certificate among other things", { tls_config: { ca: `a\n${NO_CERTIFICATE}${CA}b` } }],
    ["a key behind its parameters", pairOf(PAIR.cert, block("EC PARAMETERS") + PAIR.key)],
    ["one version", { tls_config: { min_version: "TLS12", max_version: "TLS12" } }],
    ["a secret's file, which is read later", { authorization: { credentials_file: "/none" } }],
    ["a password's", { basic_auth: { username: "a", password_file: "/none" } }],
    ["a header's", { http_headers: { "X-A": { files: ["/none"] } } }],
    ["what oauth2 names", oauth({ client_secret: "a", tls_config: { ca_file: "/none" } })],
  ])("takes %s", async (_, written) => {
    expect(await fault(written)).toBeUndefined();
  });

  const noManager = "cannot use secret ref without manager";
  it.each<[string, string, object]>([
    [
      "ca_file",
      "unable to read CA cert: unable to read file /none: open /none: no such file or directory",
      { ca_file: "/none" },
    ],
    ["ca_file", "unable to use specified CA cert file /garbage", { ca_file: "/garbage" }],
    ["ca_file", "unable to use specified CA cert file /empty", { ca_file: "/empty" }],
    ["ca_file", "unable to use specified CA cert file /key", { ca_file: "/key" }],
    ["ca", "unable to use specified CA cert inline", { ca: "xx" }],
    ["ca", "unable to use specified CA cert inline", { ca: NO_CERTIFICATE.repeat(200) }],
    ["ca_ref", `unable to use CA cert: ${noManager}`, { ca_ref: "a" }],
    [
      "cert_file",
      "unable to read specified client cert: unable to read file /none: open /none: no such file or directory",
      { cert_file: "/none", key_file: "/key" },
    ],
    [
      "key_file",
      "unable to read specified client key: unable to read file /none: open /none: no such file or directory",
      { cert_file: "/cert", key_file: "/none" },
    ],
    ["key_ref", `unable to use client key: ${noManager}`, { cert_file: "/cert", key_ref: "a" }],
    [
      "key_file",
      "unable to use specified client cert (file /cert) & key (file /other): " +
        "tls: private key does not match public key",
      { cert_file: "/cert", key_file: "/other" },
    ],
    [
      "cert_file",
      "unable to use specified client cert (file /garbage) & key (inline): " +
        "tls: failed to find any PEM data in certificate input",
      { cert_file: "/garbage", key: PAIR.key },
    ],
    [
      "max_version",
      "tls_config.max_version must be greater than or equal to tls_config.min_version if both are specified",
      { min_version: "TLS13", max_version: "TLS12" },
    ],
  ])("names tls_config.%s: %s", async (field, words, tls) => {
    expect(await fault({ tls_config: tls })).toEqual({ field: `tls_config.${field}`, words });
  });

  const switched = "but did find a private key; PEM inputs may have been switched";
  const skipping = "after skipping PEM blocks of the following types:";
  it.each<[string, string, readonly [string, string]]>([
    [
      "cert",
      `failed to find certificate PEM data in certificate input, ${switched}`,
      [PAIR.key, PAIR.key],
    ],
    [
      "cert",
      `failed to find "CERTIFICATE" PEM block in certificate input ${skipping} [A B]`,
      [ab(), PAIR.key],
    ],
    ["key", "failed to find any PEM data in key input", [PAIR.cert, "x"]],
    [
      "key",
      "found a certificate rather than a key in the PEM for the private key",
      [PAIR.cert, CA],
    ],
    [
      "key",
      `failed to find PEM block with type ending in "PRIVATE KEY" in key input ${skipping} [A B]`,
      [PAIR.cert, ab()],
    ],
    ["key", "failed to parse private key", [PAIR.cert, block("PRIVATE KEY")]],
    ["key", "failed to parse private key", [PAIR.cert, LOCKED_KEY]],
    ["key", "failed to parse private key", [PAIR.cert, LARGE_DSA_KEY]],
    ["key", "failed to parse private key", [PAIR.cert, LARGE_DSA_KEY.replaceAll(" PR", " DSA PR")]],
    ["key", "private key type does not match public key type", [PAIR.cert, RSA_KEY]],
  ])("names the %s: tls: %s", async (name, words, [cert, key]) => {
    expect(await fault(pairOf(cert, key))).toEqual({
      field: `tls_config.${name}`,
      words: `unable to use specified client cert (inline) & key (inline): tls: ${words}`,
    });
  });

  it("refuses an RSA key that takes long to sign with", async () => {
    expect(await fault(pairOf(PAIR.cert, LARGE_RSA_KEY))).toMatchObject({
      field: "tls_config.key",
      words: expect.stringMatching(/: the RSA key is larger than 8192 bits$/) as string,
    });
  });

  it.each<[string, string, object]>([
    ["authorization.credentials_ref", "credentials", { authorization: { credentials_ref: "a" } }],
    ["basic_auth.username_ref", "username", { basic_auth: { username_ref: "a" } }],
    ["basic_auth.password_ref", "password", { basic_auth: { username: "a", password_ref: "a" } }],
    ["oauth2.client_secret_ref", "client secret", oauth({ client_secret_ref: "a" })],
  ])("names %s", async (field, what, written) => {
    const words = `unable to use ${what}: ${noManager}`;
    expect(await fault(written)).toEqual({ field, words });
  });

  it("takes the last of many beginnings for the one that an end belongs to", async () => {
    const many = "-----BEGIN A-----\n".repeat(20_000);
    const words = expect.stringMatching(/of the following types: \[A\]$/) as string;
    expect(await fault(pairOf(`${many}-----END A-----\n`, PAIR.key))).toMatchObject({ words });
    const certificates = "-----BEGIN CERTIFICATE-----\n".repeat(20_000) + PAIR.cert;
    expect(await fault(pairOf(certificates, PAIR.key))).toBeUndefined();
    expect(await fault({ tls_config: { ca: certificates } })).toBeUndefined();
  });

  it("looks at each place of a long text once", async () => {
    const texts = ["-----BEGIN A-----\n", "-----BEGIN ", "-----BEGIN A-----\n-----END B-----\n"];
    for (const text of texts) {
      const ca = text.repeat(20_000);
      expect(await fault({ tls_config: { ca } })).toMatchObject({ field: "tls_config.ca" });
    }
  });
});

function pairOf(cert: string, key: string): object {
  return { tls_config: { cert, key } };
}

function oauth(fields: object): object {
  return { oauth2: { client_id: "a", token_url: "http://a/", ...fields } };
}

function block(type: string): string {
  return `-----BEGIN ${type}-----\nAAAA\n-----END ${type}-----\n`;
}

function ab(): string {
  return block("A") + block("B");
}

function largeRsaKey(): string {
  const one = der(0x02, Buffer.of(1));
  const half = oddNumber(520);
  const key = der(
    0x30,
    der(0x02, Buffer.of(0)),
    oddNumber(1_040),
    one,
    oddNumber(1_040),
    half,
    half,
    one,
    one,
    one,
  );
  return `-----BEGIN RSA PRIVATE KEY-----\n${key.toString("base64")}\n-----END RSA PRIVATE KEY-----\n`;
}

function largeDsaKey(): string {
  const dsa = der(0x06, Buffer.from("2a8648ce380401", "hex"));
  const large = oddNumber(8_000);
  const algorithm = der(0x30, dsa, der(0x30, large, oddNumber(32), large));
  const key = der(0x30, der(0x02, Buffer.of(0)), algorithm, der(0x04, oddNumber(32)));
  return `-----BEGIN PRIVATE KEY-----\n${key.toString("base64")}\n-----END PRIVATE KEY-----\n`;
}

function oddNumber(sizeBytes: number): Buffer {
  const bytes = randomBytes(sizeBytes);
  bytes[0] = 0x7f;
  bytes[sizeBytes - 1] = 0x7f;
  return der(0x02, bytes);
}

/** A certificate without names, signed by itself: none expires, and no key lies in the repository. */
function makePair(): { readonly cert: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(0x30, der(0x06, Buffer.from("2a8648ce3d040302", "hex")));
  const nobody = der(0x30);
  const validity = der(0x30, der(0x17, "260101000000Z"), der(0x17, "491231235959Z"));
  const spki = publicKey.export({ type: "spki", format: "der" });
  const body = der(0x30, der(0x02, Buffer.of(1)), algorithm, nobody, validity, nobody, spki);
  const signature = der(0x03, Buffer.of(0), sign("sha256", body, privateKey));
  const lines = der(0x30, body, algorithm, signature).toString("base64").replace(/.{64}/g, "$&\n");
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function der(tag: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as Buffer)));
  const { length } = body;
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), body]);
}
