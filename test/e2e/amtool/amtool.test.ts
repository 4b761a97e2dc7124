import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");
const CONFIG = "route: {receiver: a}\nreceivers: [{name: a}]\n";
const START_TIMEOUT_MS = 60_000;

let folder = "";
let server: ChildProcess | undefined;
let url = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "amtool-e2e-"));
  writeFileSync(join(folder, "alertmanager.yml"), CONFIG);
  const flags = [
    "--config.file=alertmanager.yml",
    "--web.listen-address=127.0.0.1:0",
    "--cluster.listen-address=",
  ];
  server = spawn(join(ROOT, "bin/tocsin"), flags, {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  url = `http://${await listeningAddress(server)}`;
}, START_TIMEOUT_MS);

afterAll(async () => {
  if (server !== undefined && server.exitCode === null) {
    const ended = new Promise((resolve) => server?.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

async function listeningAddress(process: ChildProcess): Promise<string> {
  const { stderr } = process;
  if (stderr === null) throw new Error("its log is not read");
  for await (const line of createInterface(stderr)) {
    const address = /msg="Listening on" address=(\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    stderr.resume(); // A full pipe would stop the server.
    return address;
  }
  throw new Error("it ended before it listened");
}

/** What amtool writes on standard output; rejects if it fails. */
async function amtool(...words: string[]): Promise<string> {
  const argv = [...words, `--alertmanager.url=${url}`];
  const { stdout, stderr } = await promisify(execFile)(join(ROOT, "bin/amtool"), argv, {
    cwd: folder,
    env: { ...process.env, HOME: folder },
  });
  expect(stderr).toBe("");
  return stdout;
}

describe("bin/amtool with bin/tocsin", () => {
  test("adds a silence, shows it, ends it", async () => {
    const id = (await amtool("silence", "add", "Foo", "-c", "why", "-a", "ann")).trim();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await amtool("silence", "query", "-q", "Foo")).toBe(`${id}\n`);
    await amtool("silence", "expire", id);
    expect(await amtool("silence", "query", "-q")).toBe("");
    expect(await amtool("silence", "query", "-q", "--expired")).toBe(`${id}\n`);
  });

  test("checks what comes in by a pipe, and nothing that cannot be one", async () => {
    const check = async (input: "pipe" | "ignore"): Promise<string> => {
      const child = spawn(join(ROOT, "bin/amtool"), ["check-config"], {
        stdio: [input, "pipe", "pipe"],
      });
      child.stdin?.end("");
      const { stdout, stderr } = child;
      if (stdout === null || stderr === null) throw new Error("it cannot be read");
      const texts = await Promise.all([stdout, stderr].map((stream) => stream.toArray()));
      return texts.flat().join("");
    };
    expect(await check("pipe")).toContain("FAILED: no route provided in config");
    expect(await check("ignore")).toContain("error: Failed to read from standard input\n");
  });

  test("adds an alert and shows it", async () => {
    await amtool("alert", "add", "Foo", "node=n1", "--annotation=summary=it is broken");
    expect(await amtool("alert", "query", "node=n1")).toMatch(
      /\nFoo +\S+ \S+ UTC +it is broken +active +\n$/,
    );
  });

  test("shows where an alert goes by the configuration of the server", async () => {
    expect(await amtool("config", "routes", "test", "node=n1")).toBe("a\n");
  });

  test("ends with status 1 when the server refuses", async () => {
    await expect(amtool("alert", "query", "--receiver=(")).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^amtool: error: \[GET \/alerts\]\[400\] getAlertsBadRequest /,
      ) as string,
    });
  });
});
