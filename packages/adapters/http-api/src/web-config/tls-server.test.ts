import { readFile } from "node:fs/promises";
import { request, type IncomingMessage } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { once } from "node:events";
import { request as requestTls, type RequestOptions } from "node:https";
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { serve, type Served } from "../fixture/serve.ts";
import { makeCa } from "../fixture/certificates.ts";
import { makeWebFolder } from "../fixture/web-folder.ts";
import { readTlsSettings } from "./tls-options.ts";
import { WebConfigFile } from "./web-config-file.ts";

const SERVER = "  cert_file: server.crt\n  key_file: server.key\n";
const TLS = `tls_server_config:\n${SERVER}`;

const portOf = (api: Served): number => Number(new URL(api.url).port);

/** Asks over HTTP/1.1 with a connection of its own. Status and what the server showed of itself. */
async function ask(api: Served, options: RequestOptions & ConnectionOptions) {
  const asked = requestTls({
    host: "127.0.0.1",
    port: portOf(api),
    path: "/-/healthy",
    agent: false,
    ...options,
  });
  asked.end();
  // The `response` event has one argument.
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  answer.resume();
  const socket = answer.socket as TLSSocket;
  return { status: answer.statusCode, server: socket.getPeerX509Certificate()?.fingerprint256 };
}

/** The protocol and the curve that were agreed on. */
async function shake(api: Served, options: ConnectionOptions) {
  const socket = connectTls({ host: "127.0.0.1", port: portOf(api), ...options });
  onTestFinished(() => void socket.destroy());
  await once(socket, "secureConnect");
  const { name } = socket.getCipher();
  return { protocol: socket.getProtocol(), cipher: name, alpn: socket.alpnProtocol };
}

describe("tls_server_config", () => {
  it("serves HTTPS, and tells who speaks plain HTTP", async () => {
    const { path, ca } = makeWebFolder(TLS);
    await using api = await serve({ webConfigPath: path });
    expect((await ask(api, { ca: ca.cert })).status).toBe(200);
    const plain = request({ port: portOf(api), host: "127.0.0.1", agent: false }).end();
    const [answer] = (await once(plain, "response")) as [IncomingMessage];
    expect(answer.statusCode).toBe(400);
    expect(Buffer.concat(await answer.toArray()).toString()).toBe(
      "Client sent an HTTP request to an HTTPS server.\n",
    );
  });

  it("shows a changed certificate to the next connection", async () => {
    const folder = makeWebFolder(TLS);
    await using api = await serve({ webConfigPath: folder.path });
    const before = await ask(api, { ca: folder.ca.cert });
    const next = folder.ca.issue("server", { ip: [127, 0, 0, 1] });
    folder.write("server.crt", next.cert);
    // Between the two files the pair is broken: who comes then is sent away.
    await expect(ask(api, { ca: folder.ca.cert })).rejects.toThrow();
    folder.write("server.key", next.key);
    const after = await ask(api, { ca: folder.ca.cert });
    expect([before.status, after.status]).toEqual([200, 200]);
    expect(after.server).not.toBe(before.server);
  });

  it("takes certificate and key from the file itself", async () => {
    const ca = makeCa("inline");
    const { cert, key } = ca.issue("server", { ip: [127, 0, 0, 1] });
    const indented = (text: string): string => text.trim().replaceAll("\n", "\n    ");
    const text = `tls_server_config:\n  cert: |\n    ${indented(cert)}\n  key: |\n    ${indented(key)}\n`;
    const { path } = makeWebFolder(text);
    await using api = await serve({ webConfigPath: path });
    expect((await ask(api, { ca: ca.cert })).status).toBe(200);
  });

  it("limits versions, ciphers and curves", async () => {
    const folder = makeWebFolder(`${TLS}  max_version: TLS12\n`);
    const { cert: ca } = folder.ca;
    await using api = await serve({ webConfigPath: folder.path });
    expect(await shake(api, { ca })).toMatchObject({ protocol: "TLSv1.2" });
    folder.write("web.yml", `${TLS}  min_version: TLS13\n`);
    expect(await shake(api, { ca })).toMatchObject({ protocol: "TLSv1.3" });
    await expect(shake(api, { ca, maxVersion: "TLSv1.2" })).rejects.toThrow();
    folder.write(
      "web.yml",
      `${TLS}  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA]\n  curve_preferences: [CurveP384]\n`,
    );
    expect(await shake(api, { ca })).toMatchObject({ protocol: "TLSv1.3" });
    expect(await shake(api, { ca, maxVersion: "TLSv1.2" })).toMatchObject({
      cipher: "ECDHE-ECDSA-AES256-SHA",
    });
    await expect(shake(api, { ca, ecdhCurve: "P-256" })).rejects.toThrow();
  });
});

describe("cipher_suites left out", () => {
  const older = [
    { ciphers: "ECDHE-ECDSA-AES256-GCM-SHA384", minVersion: "TLS12" },
    { ciphers: "ECDHE-ECDSA-AES128-SHA", minVersion: "TLS10" },
  ];
  it.for(older)("agrees on $ciphers from $minVersion on", async ({ ciphers, minVersion }) => {
    const folder = makeWebFolder(`${TLS}  min_version: ${minVersion}\n`);
    await using api = await serve({ webConfigPath: folder.path });
    const asked = { ca: folder.ca.cert, ciphers, maxVersion: "TLSv1.2" } as const;
    expect(await shake(api, asked)).toMatchObject({ cipher: ciphers });
  });

  const refused = ["AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA256"];
  it.for(refused)("does not agree on %s", async (ciphers) => {
    const folder = makeWebFolder(TLS);
    const { tls } = await new WebConfigFile(folder.path, readFile).read();
    const settings = await readTlsSettings(tls, readFile);
    expect(settings.context.ciphers?.split(":")).not.toContain(ciphers);
    await using api = await serve({ webConfigPath: folder.path });
    const asked = { ca: folder.ca.cert, ciphers, maxVersion: "TLSv1.2" } as const;
    await expect(shake(api, asked)).rejects.toThrow("handshake failure");
  });
});

describe("client_auth_type", () => {
  const stranger = makeCa("stranger").issue("client", { dns: "client.example" });
  // Who may come in: with no certificate, with one of another CA, with one of ours.
  const policies = [
    { type: "NoClientCert", none: true, other: true, ours: true },
    { type: "RequestClientCert", none: true, other: true, ours: true },
    { type: "RequireAnyClientCert", none: false, other: true, ours: true },
    { type: "RequireClientCert", none: false, other: true, ours: true },
    { type: "VerifyClientCertIfGiven", none: true, other: false, ours: true },
    { type: "RequireAndVerifyClientCert", none: false, other: false, ours: true },
  ];
  it.for(policies)("$type lets in whom it should", async ({ type, none, other, ours }) => {
    const clientCa = type === "NoClientCert" ? "" : "  client_ca_file: ca.crt\n";
    const { path, ca } = makeWebFolder(`${TLS}  client_auth_type: ${type}\n${clientCa}`);
    await using api = await serve({ webConfigPath: path });
    const isServed = (options: ConnectionOptions): Promise<boolean> =>
      ask(api, { ca: ca.cert, ...options }).then(
        ({ status }) => status === 200,
        () => false,
      );
    const { cert, key } = ca.issue("client");
    expect(await isServed({})).toBe(none);
    expect(await isServed({ cert: stranger.cert, key: stranger.key })).toBe(other);
    expect(await isServed({ cert, key })).toBe(ours);
  });

  it("is taken over by the next connection when the file changes", async () => {
    const folder = makeWebFolder(TLS);
    await using api = await serve({ webConfigPath: folder.path });
    expect((await ask(api, { ca: folder.ca.cert })).status).toBe(200);
    const verified = "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n";
    folder.write("web.yml", `${TLS}${verified}`);
    await expect(ask(api, { ca: folder.ca.cert })).rejects.toThrow();
  });

  it("with client_allowed_sans asks for one of the names", async () => {
    const { path, ca } = makeWebFolder(
      `${TLS}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n` +
        "  client_allowed_sans: [a.example, spiffe://here/prometheus]\n",
    );
    await using api = await serve({ webConfigPath: path });
    const named = ca.issue("client", { uri: "spiffe://here/prometheus" });
    expect((await ask(api, { ca: ca.cert, cert: named.cert, key: named.key })).status).toBe(200);
    const other = ca.issue("client", { dns: "b.example" });
    await expect(ask(api, { ca: ca.cert, cert: other.cert, key: other.key })).rejects.toThrow();
  });
});

describe("HTTP/2", () => {
  it("is spoken with those who can, over the whole surface", async () => {
    const { path, ca } = makeWebFolder(TLS);
    await using api = await serve({ webConfigPath: path });
    const session = connectHttp2(`https://127.0.0.1:${portOf(api)}`, { ca: ca.cert });
    onTestFinished(() => session.destroy());
    const asked = async (headers: Record<string, string>, body = ""): Promise<unknown[]> => {
      const all = { "content-type": "application/json", ...headers };
      const stream = session.request(all, { endStream: body === "" });
      if (body !== "") stream.end(body);
      const [answer] = (await once(stream, "response")) as [Record<string, unknown>];
      return [answer[":status"], Buffer.concat(await stream.toArray()).toString()];
    };
    const labels = { alertname: "a" };
    const post = { ":method": "POST", ":path": "/api/v2/alerts" };
    expect(await asked(post, JSON.stringify([{ labels }]))).toEqual([200, ""]);
    const [status, text] = await asked({ ":path": "/api/v2/alerts?filter=alertname%3Da" });
    expect([status, JSON.parse(text as string)]).toMatchObject([200, [{ labels }]]);
    expect(await asked({ ":path": "/nope" })).toEqual([404, "404 page not found\n"]);
    expect(await asked(post, "x".repeat(17 * 1024 * 1024))).toEqual([
      413,
      expect.stringContaining("too large"),
    ]);
  });

  it("is not offered when it is switched off", async () => {
    const on = makeWebFolder(TLS);
    const off = makeWebFolder(`${TLS}http_server_config: {http2: false}\n`);
    await using first = await serve({ webConfigPath: on.path });
    await using second = await serve({ webConfigPath: off.path });
    const ALPNProtocols = ["h2", "http/1.1"];
    expect((await shake(first, { ca: on.ca.cert, ALPNProtocols })).alpn).toBe("h2");
    for (const offered of [ALPNProtocols, ["unknown"]]) {
      const agreed = await shake(second, { ca: off.ca.cert, ALPNProtocols: offered });
      expect(agreed.alpn).toBe(false);
    }
  });
});

describe("a certificate that cannot be used", () => {
  const foreign = makeCa("foreign").issue("server").key;
  it.each([
    {
      name: "is not there",
      file: "cert_file",
      text: undefined,
      says: /Cannot read cert_file: .*gone/,
    },
    { name: "is none", file: "server.crt", text: "nothing", says: /Cannot use the certificate/ },
    {
      name: "has a key that is none",
      file: "server.key",
      text: "nothing",
      says: /Cannot use the key/,
    },
    {
      name: "has the key of another",
      file: "server.key",
      text: foreign,
      says: /not that of the certificate/,
    },
  ])("stops the start when it $name", async ({ file, text, says }) => {
    const folder = makeWebFolder(text === undefined ? TLS.replace("server.crt", "gone.crt") : TLS);
    if (text !== undefined) folder.write(file, text);
    await expect(serve({ webConfigPath: folder.path })).rejects.toThrow(says);
  });
});
