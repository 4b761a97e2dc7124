/** Debian's amtool at work on Tocsin. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Instance } from "../e2e/servers/index.ts";
import { findProgram } from "../e2e/servers/process.ts";

const CONFIG = `
route:
  receiver: all
  routes: [{matchers: ['team="db"'], receiver: db}]
receivers: [{name: all}, {name: db}]
`;
const START_TIMEOUT_MS = 120_000;

const program = findProgram("amtool");
const missing =
  program === undefined ? "not installed: Debian package prometheus-alertmanager" : "";

let instance: Instance;

async function amtool(...words: readonly string[]): Promise<string> {
  const url = `--alertmanager.url=${instance.endpoint}`;
  const run = promisify(execFile);
  const { stdout } = await run(program ?? "", [url, ...words], { timeout: 20_000 });
  return stdout.trimEnd();
}

describe.skipIf(program === undefined)(`a real amtool${missing && ` (${missing})`}`, () => {
  beforeAll(async () => {
    instance = await Instance.start({ config: CONFIG });
  }, START_TIMEOUT_MS);

  afterAll(() => instance.remove(), START_TIMEOUT_MS);

  it("adds alerts and finds them by matcher, state and receiver", async () => {
    await amtool("alert", "add", "DiskFull", "team=db", "host=a", "--annotation=summary=full");
    await amtool("alert", "add", "Slow", "host=b");
    expect(await amtool("alert", "query", "team=db", "-o", "extended")).toContain("full");
    expect(await amtool("alert", "query", 'host=~"a|b"')).toMatch(/DiskFull.*\n.*Slow/);
    const found = JSON.parse(await amtool("alert", "query", "-o", "json", "--receiver=db")) as {
      labels: Record<string, string>;
      receivers: { name: string }[];
    }[];
    expect(found).toMatchObject([{ labels: { host: "a" }, receivers: [{ name: "db" }] }]);
  });

  it("adds, finds, changes and expires silences", async () => {
    await amtool("alert", "add", "Loud", "host=c");
    const id = await amtool("silence", "add", "-a", "ann", "-c", "works", "alertname=Loud");
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await amtool("alert", "query", "--silenced", "alertname=Loud")).toContain("suppressed");
    expect(await amtool("silence", "query", "-q")).toBe(id);
    await amtool("silence", "update", "-d", "2h", "-c", "more works", id);
    const exported = await amtool("silence", "query", "-o", "json");
    expect(JSON.parse(exported)).toMatchObject([{ id, comment: "more works", createdBy: "ann" }]);
    await amtool("silence", "expire", id);
    expect(await amtool("silence", "query", "-q")).toBe("");
    expect(await amtool("silence", "query", "-q", "--expired")).toBe(id);
  });

  it("refuses to work without a comment, and says what the server says", async () => {
    await expect(amtool("silence", "add", "alertname=A")).rejects.toThrow("comment required");
    await expect(amtool("silence", "expire", "nonsense")).rejects.toThrow();
  });

  it("shows the configuration and the cluster", async () => {
    expect(await amtool("config", "show")).toContain("receiver: db");
    expect(await amtool("cluster", "show")).toContain("Cluster Status:");
  });
});
