import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { serve, type Served } from "../fixture/serve.ts";
import { makeWebFolder } from "../fixture/web-folder.ts";
import { WebConfigFile } from "./web-config-file.ts";

describe("WebConfigFile.read()", () => {
  it("refuses bytes that are no text, with their place", async () => {
    const read = async (): Promise<Buffer> => Buffer.from("# a\n# \xff\n", "latin1");
    await expect(new WebConfigFile("/web.yml", read).read()).rejects.toThrow(
      "/web.yml:2:3: Cannot read",
    );
  });

  it("says why the file was given up", async () => {
    const read = (): Promise<never> => Promise.reject(new Error("it took longer than 1 ms"));
    await expect(new WebConfigFile("/web.yml", read).read()).rejects.toMatchObject({
      message: 'Cannot read "/web.yml": it took longer than 1 ms',
      words: "open /web.yml: it took longer than 1 ms",
    });
  });

  it("reads once for all who ask meanwhile, and begins after they have asked", async () => {
    let count = 0;
    const file = new WebConfigFile("/web.yml", async () => {
      count += 1;
      const text = `rate_limit: {interval: ${count}s, burst: 1}`;
      await sleep(1);
      return Buffer.from(text);
    });
    const asked = [file.read(), file.read(), file.read()];
    await asked[0];
    asked.push(file.read());
    await asked[1];
    asked.push(file.read());
    const intervalsMs = (await Promise.all(asked)).map(({ rateLimit }) => rateLimit.intervalMs);
    expect(intervalsMs).toEqual([1_000, 2_000, 2_000, 3_000, 4_000]);
  });
});

/** A disk that can be made to hang. */
class Disk {
  #going = Promise.withResolvers<void>();

  constructor() {
    this.#going.resolve();
  }

  hang(): void {
    this.#going = Promise.withResolvers();
  }

  goOn(): void {
    this.#going.resolve();
  }

  giveUp(): void {
    this.#going.reject(new Error("it took longer than 1 ms"));
  }

  readonly read = async (path: string): Promise<Buffer> => {
    await this.#going.promise;
    return readFile(path);
  };
}

const portOf = (api: Served): number => Number(new URL(api.url).port);
const tellWhich = (asked: Promise<unknown>): Promise<unknown> =>
  Promise.race([asked.then(() => "answered"), sleep(100, "held up")]);

describe("a web configuration on a disk that hangs", () => {
  it("holds requests up, and only them, until it goes on or is given up", async () => {
    const { path } = makeWebFolder("http_server_config: {headers: {X-Frame-Options: deny}}");
    const disk = new Disk();
    await using api = await serve({ webConfigPath: path }, disk.read);
    disk.hang();
    const first = api.fetch("/-/healthy");
    expect(await tellWhich(first)).toBe("held up");
    disk.goOn();
    expect((await first).headers.get("x-frame-options")).toBe("deny");
    disk.hang();
    const second = api.fetch("/-/healthy");
    expect(await tellWhich(second)).toBe("held up");
    disk.giveUp();
    expect((await second).status).toBe(500);
  });

  it("forgets the requests of those who have gone", async () => {
    const { path } = makeWebFolder("rate_limit: {interval: 1s, burst: 100}");
    const disk = new Disk();
    await using api = await serve({ webConfigPath: path, getConcurrency: 2 }, disk.read);
    disk.hang();
    for (let count = 0; count < 3; count += 1) {
      const socket = connect(portOf(api), "127.0.0.1");
      socket.write("GET /api/v2/status HTTP/1.1\r\nHost: a\r\n\r\n");
      await sleep(30);
      socket.destroy();
    }
    await sleep(30);
    disk.goOn();
    // They take no place among those that are answered.
    expect((await api.fetch("/api/v2/status")).status).toBe(200);
  });

  it("holds handshakes up, and forgets those who have gone", async () => {
    const { path, ca } = makeWebFolder(
      "tls_server_config: {cert_file: server.crt, key_file: server.key}\n",
    );
    const disk = new Disk();
    await using api = await serve({ webConfigPath: path }, disk.read);
    disk.hang();
    const gone = connect(portOf(api), "127.0.0.1");
    await once(gone, "connect");
    gone.write("something");
    gone.resetAndDestroy();
    const socket = connectTls({ port: portOf(api), host: "127.0.0.1", ca: ca.cert });
    onTestFinished(() => void socket.destroy());
    const shaken = once(socket, "secureConnect");
    expect(await tellWhich(shaken)).toBe("held up");
    disk.goOn();
    await shaken;
    expect(socket.authorized).toBe(true);
  });
});
