import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NotifyResult } from "@tocsin/engine/ports";
import { Firewall, networkOf } from "@tocsin/integrations";
import { jobTo } from "./case.ts";
import { startNotifier } from "./notifier.ts";

const live = new AbortController().signal;

describe("createNotifier() with a firewall", () => {
  let server: Server;
  let port = 0;
  let requests = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      requests += 1;
      // Some ask to be sent on to themselves, under another name of this host.
      const target = request.url === "/on" ? `http://127.0.0.2:${port}/` : undefined;
      response.writeHead(target === undefined ? 200 : 307, { ...(target && { location: target }) });
      response.end();
    }).listen(0);
    await once(server, "listening");
    port = (server.address() as AddressInfo).port; // It listens on TCP.
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });

  async function send(url: string, firewall: Firewall): Promise<NotifyResult> {
    const notifier = startNotifier("http://am", firewall);
    try {
      return await notifier.notify(jobTo(url), () => true, live);
    } finally {
      await notifier.close();
    }
  }

  const hosts = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "2130706433",
    "0x7f.1",
    "0",
  ];
  it.for(hosts)("reaches nothing on this host by the name of %s", async (host) => {
    const before = requests;
    const firewall = new Firewall({ blocksPrivate: true, networks: [] });
    const result = await send(`http://${host}:${port}/`, firewall);
    expect(result.kind).toBe("unreachable");
    expect(errorOf(result)).toContain("blocked address");
    expect(requests).toBe(before);
  });

  it("looks at where a redirect leads", async () => {
    const networks = [networkOf("127.0.0.2/32") ?? []].flat();
    const firewall = new Firewall({ blocksPrivate: false, networks });
    expect(await send(`http://127.0.0.1:${port}/`, firewall)).toEqual({ kind: "accepted" });
    const before = requests;
    const result = await send(`http://127.0.0.1:${port}/on`, firewall);
    expect(errorOf(result)).toContain("blocked address");
    expect(requests).toBe(before + 1);
  });
});

function errorOf(result: NotifyResult): string {
  return "error" in result ? result.error : "";
}
