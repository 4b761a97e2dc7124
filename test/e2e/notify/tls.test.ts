import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createSecureServer, type Http2SecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { NotifyResult } from "@tocsin/engine/ports";
import { Firewall, type ClosableNotifier } from "@tocsin/integrations";
import { jobTo } from "./case.ts";
import { makeHolder } from "./certificates.ts";
import { startNotifier } from "./notifier.ts";

const live = new AbortController().signal;
const root = makeHolder({ name: "root", isCa: true, hosts: [] });
const middle = makeHolder({ name: "middle", isCa: true, hosts: [] }, root);
const receiver = makeHolder(
  { name: "receiver", isCa: false, hosts: ["localhost", "127.0.0.1"] },
  middle,
);

describe("receivers with TLS", () => {
  let folder = "";
  let server: Http2SecureServer;
  let port = 0;
  let notifier: ClosableNotifier;
  /** What the last client called the server, and the version of HTTP it spoke. */
  let seen: readonly (string | false | undefined)[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tocsin-tls-"));
    for (const [name, { cert, key }] of Object.entries({ root, middle, receiver })) {
      await writeFile(join(folder, `${name}.pem`), cert);
      await writeFile(join(folder, `${name}.key`), key);
    }
    const { key } = receiver;
    // Its own choice is HTTP/2, as with most servers.
    const options = { key, cert: receiver.cert + middle.cert, allowHTTP1: true };
    server = createSecureServer(options, (request, response) => {
      // As HTTP/2 has no such socket, it is one of TLS.
      const { servername } = request.socket as TLSSocket & { servername: string | false };
      seen = [servername, request.httpVersion];
      response.end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo); // It listens on TCP.
  });
  afterAll(async () => {
    server.close();
    await once(server, "close");
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    notifier = startNotifier("http://am");
    seen = [];
  });
  afterEach(() => notifier.close());

  async function send(tls: string, host = "127.0.0.1", by = notifier): Promise<NotifyResult> {
    const settings = `    http_config: {tls_config: {${tls.replaceAll("{{DIR}}", folder)}}}`;
    return by.notify(jobTo(`https://${host}:${port}/`, settings), () => true, live);
  }

  it.for(["root", "middle", "receiver"])("are trusted by the certificate of the %s", async (ca) => {
    expect(await send(`ca_file: "{{DIR}}/${ca}.pem"`)).toMatchObject({ kind: "accepted" });
    expect(seen).toEqual([false, "1.1"]);
  });

  it("are not trusted by a certificate that has nothing to do with theirs", async () => {
    const other = makeHolder({ name: "middle", isCa: true, hosts: [] });
    const result = await send(`ca: ${JSON.stringify(other.cert)}`);
    expect(result).toMatchObject({ kind: "unreachable" });
  });

  it.for([
    { name: "localhost", tls: "server_name: localhost", kind: "accepted", told: "localhost" },
    { name: "its address", tls: "server_name: 127.0.0.1", kind: "accepted", told: false },
    { name: "another address", tls: "server_name: 10.0.0.1", kind: "unreachable", told: undefined },
    { name: "one of IPv6", tls: 'server_name: "[::1]"', kind: "unreachable", told: undefined },
    {
      name: "another address, which does not matter",
      tls: "server_name: 10.0.0.1, insecure_skip_verify: true",
      kind: "accepted",
      told: false,
    },
  ])("are looked for as $name", async ({ tls, kind, told }) => {
    for (const host of ["127.0.0.1", "localhost"]) {
      seen = [];
      expect(await send(`ca_file: "{{DIR}}/root.pem", ${tls}`, host)).toMatchObject({ kind });
      expect(seen[0]).toBe(told);
    }
  });

  it("are asked with what the files have now, if that is fit for use", async () => {
    const tls = `ca_file: "{{DIR}}/ca", cert_file: "{{DIR}}/cert", key_file: "{{DIR}}/key"`;
    const write = (name: string, text: string): Promise<void> =>
      writeFile(join(folder, name), text);
    await Promise.all([write("ca", root.cert), write("cert", middle.cert)]);
    const notParsed = "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n";
    const both = `unable to use specified client cert (file ${folder}/cert) & key (file ${folder}/key)`;
    for (const [key, fault] of [
      [middle.key, undefined],
      [notParsed, `${both}: tls: failed to parse private key`],
      [root.key, `${both}: tls: private key does not match public key`],
      [middle.key, undefined],
    ] as const) {
      await write("key", key);
      const error = expect.stringContaining(fault ?? "") as string;
      const wanted = fault === undefined ? { kind: "accepted" } : { kind: "retry", error };
      expect(await send(tls)).toMatchObject(wanted);
    }
    await write("ca", "");
    const error = expect.stringContaining(`specified CA cert file ${folder}/ca`) as string;
    expect(await send(tls)).toMatchObject({ error });
  });

  it("are asked in HTTP/1.1, whatever they prefer, behind a firewall too", async () => {
    const guarded = startNotifier(
      "http://am",
      new Firewall({ blocksPrivate: false, networks: [] }),
    );
    try {
      const tls = `ca_file: "{{DIR}}/root.pem", server_name: 127.0.0.1`;
      expect(await send(tls, "localhost", guarded)).toMatchObject({ kind: "accepted" });
    } finally {
      await guarded.close();
    }
    expect(seen).toEqual([false, "1.1"]);
  });
});
