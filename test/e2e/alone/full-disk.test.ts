/** Starts on a disk that is full: a file system of 3 MiB in memory, where the machine lets us make one. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Client, eventually, Instance, Webhook } from "../servers/index.ts";
import { configFor, logged } from "./world.ts";

const STARTS_MAX = 5;
const FULL = /level=ERROR msg="Starting although the disk cannot be written/;

function mountTiny(folder: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Takes the last byte of the disk. */
async function fill(path: string): Promise<void> {
  const file = await open(path, "w");
  try {
    for (const size of [4_096, 1]) {
      while ((await file.write(Buffer.alloc(size)).catch(() => undefined)) !== undefined);
    }
  } finally {
    await file.close();
  }
}

/** Starts on a disk without room. A start gives back what the process before left unfinished: then it is anew. */
async function startOnFullDisk(instance: Instance, ballast: string): Promise<void> {
  for (let at = 0; at < STARTS_MAX; at += 1) {
    await fill(join(ballast, `before-${at}`));
    await instance.start();
    await fill(join(ballast, `after-${at}`));
    if (FULL.test(instance.process.log)) return;
    await instance.kill();
  }
  throw new Error(`Not one of ${STARTS_MAX} starts found the disk full`);
}

it(
  "a start on a full disk tells alerts, keeps silences, and recovers",
  { timeout: 60_000 },
  async (context) => {
    const webhook = await Webhook.start();
    onTestFinished(() => webhook.stop());
    const flags = ["--cluster.listen-address=", "--web.external-url=http://tocsin.example"];
    const instance = await Instance.prepare({ config: configFor(webhook.url), flags });
    const disk = join(instance.folder, "data");
    await mkdir(disk);
    const isMounted = mountTiny(disk);
    onTestFinished(async () => {
      await instance.kill();
      if (isMounted) execFileSync("umount", [disk]);
      await instance.remove();
    });
    if (!isMounted) context.skip("mounting a file system is not permitted here");
    const client = new Client(instance.endpoint);
    await instance.start();
    const before = await client.silence("Quiet");
    await instance.kill();
    const ballast = join(disk, "ballast");
    await mkdir(ballast);

    await startOnFullDisk(instance, ballast);
    await client.post({ labels: { alertname: "Told" } }, { labels: { alertname: "Quiet" } });
    await webhook.told("Told");
    expect(webhook.of("Quiet")).toEqual([]);
    await expect(client.silence("Refused")).rejects.toThrow("it could not be stored");

    await rm(ballast, { recursive: true });
    let after = "";
    await eventually("silences are taken again", () =>
      client.silence("Later").then(
        (id) => (after = id) !== "",
        () => false,
      ),
    );
    await logged(instance, /The disk can be written again/);
    // A checkpoint makes the log whole again, without waiting for the maintenance of each minute.
    await eventually("what came in meanwhile is written", () =>
      existsSync(join(disk, "tocsin", "journal", "whole")),
    );
    await instance.kill();
    await instance.start();
    const active = (await client.silences()).filter((one) => one.status.state === "active");
    expect(active.map(({ id }) => id).toSorted()).toEqual([before, after].toSorted());
    expect(await client.alertNames()).toEqual(["Quiet", "Told"]);
    expect(webhook.of("Told")).toHaveLength(1);
    expect(instance.process.log).not.toContain("damaged");
  },
);
