import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeHolder } from "../notify/certificates.ts";

const ROOT = join(import.meta.dirname, "../../..");
const MAIN = "services/alertmanager/src/main.ts";

/** A program that shows its arguments and ends as told, with the status of an answer, or by SIGTERM. */
const PROGRAM = `
import { get } from "node:https";
const timer = setInterval(() => {}, 1000);
process.on("SIGTERM", () => { console.log("stopped"); clearInterval(timer); });
const words = process.argv.slice(2);
console.log(JSON.stringify(words), "first");
const code = words.find((word) => word.startsWith("--exit="));
if (code !== undefined) process.exit(Number(code.slice(7)));
const url = words.find((word) => word.startsWith("https:"));
const tell = (word) => { console.log(word); process.exit(); };
if (url !== undefined) get(url, (answer) => tell(answer.statusCode)).on("error", (error) => tell(error.code));
`;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe("the launchers", () => {
  // With a space, because people have such folders.
  const parent = mkdtempSync(join(tmpdir(), "tocsin launcher "));
  const checkout = join(parent, "check out");

  /** A checkout that is installed, with one small program instead of ours, and nothing built. */
  beforeAll(() => {
    for (const folder of ["packages", "test", dirname(MAIN)]) {
      mkdirSync(join(checkout, folder), { recursive: true });
    }
    for (const path of ["bin", "scripts", "package.json"]) {
      cpSync(join(ROOT, path), join(checkout, path), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(checkout, "node_modules"));
    writeFileSync(join(checkout, MAIN), PROGRAM);
    mkdirSync(join(checkout, ".build"));
    const key = execFileSync("sh", ["-c", ". scripts/lib.sh; install_key ."], { cwd: checkout });
    writeFileSync(join(checkout, ".build/install-key"), key);
  });

  afterAll(() => rmSync(parent, { recursive: true }));

  function start(program: string, ...words: string[]): ChildProcess {
    const env = { ...process.env, SSL_CERT_FILE: join(parent, "ca.pem") };
    return spawn(program, words, { cwd: parent, env, stdio: ["ignore", "pipe", "pipe"] });
  }

  async function run(program: string, ...words: string[]): Promise<Ended> {
    const child = start(program, ...words);
    const closed = once(child, "close");
    // Both streams were asked for.
    const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
    await closed;
    return { code: child.exitCode, stdout, stderr };
  }

  const tocsin = join(checkout, "bin/tocsin");
  const npmStart = join(checkout, "scripts/start.sh");

  test("two at once: one builds, both run and hand on arguments and exit code", async () => {
    const [left, right] = await Promise.all([
      run(tocsin, "--exit=3"),
      run(tocsin, "--exit=4", "a b"),
    ]);
    expect([left.code, right.code]).toEqual([3, 4]);
    expect(right.stdout).toBe('["--exit=4","a b"] first\n');
    expect([left.stderr, right.stderr].join("").match(/building …/g)).toHaveLength(1);
  });

  test("what is built starts without a word, through links and from anywhere", async () => {
    const link = join(parent, "link");
    symlinkSync(tocsin, `${link}1`);
    symlinkSync("link1", `${link}2`);
    expect(await run(`${link}2`, "--exit=0")).toEqual({
      code: 0,
      stdout: '["--exit=0"] first\n',
      stderr: "",
    });
  });

  test("what the system is told to trust is trusted", async () => {
    const wanted = { name: "here", isCa: false, hosts: ["127.0.0.1"] };
    const ca = makeHolder({ name: "ca", isCa: true, hosts: [] });
    const server = createServer(makeHolder(wanted, ca), (_, response) => response.end());
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo; // It listens on TCP.
    const url = `https://127.0.0.1:${port}/`;
    try {
      expect((await run(tocsin, url)).stdout).toMatch(/first\n\w*UNABLE\w*\n$/);
      writeFileSync(join(parent, "ca.pem"), ca.cert);
      expect((await run(tocsin, url)).stdout).toMatch(/first\n200\n$/);
    } finally {
      server.close();
    }
  });

  test("npm start adds its settings unless a configuration is named", async () => {
    const preset = await run(npmStart, "--exit=0");
    expect(preset.stdout).toContain('["--settings.file=deploy/examples/start.yml","--exit=0"]');
    for (const flag of ["--config.file=a.yml", "--settings.file=b.yml"]) {
      expect((await run(npmStart, "--exit=0", flag)).stdout).toContain(`["--exit=0","${flag}"]`);
    }
  });

  test("a changed source is built by npm start and not by the launcher", async () => {
    writeFileSync(join(checkout, MAIN), PROGRAM.replace("first", "second"));
    expect((await run(tocsin, "--exit=0")).stdout).toContain("first");
    const started = await run(npmStart, "--exit=0");
    expect(started.stdout).toContain("second");
    expect(started.stderr).toBe("tocsin: building …\n");
    expect((await run(npmStart, "--exit=0")).stderr).toBe("");
  });

  test("a build that fails is told and ends with 1, and the next start tries again", async () => {
    writeFileSync(join(checkout, MAIN), 'import "./nowhere.ts";');
    for (const attempt of [1, 2]) {
      const failed = await run(npmStart, "--exit=0");
      expect(failed.code, `attempt ${attempt}`).toBe(1);
      expect(failed.stderr).toContain('Could not resolve "./nowhere.ts"');
      expect(failed.stderr).toMatch(/tocsin: building failed; the output above says why\n$/);
    }
    writeFileSync(join(checkout, MAIN), PROGRAM);
    expect((await run(npmStart, "--exit=5")).code).toBe(5);
  });

  test("a service without a program is named", async () => {
    const ended = await run(join(checkout, "bin/tocsinctl"));
    expect(ended.code).toBe(1);
    expect(ended.stderr).toBe("tocsin: services/tocsinctl has no program yet (src/main.ts)\n");
  });

  test("SIGTERM reaches the program itself", async () => {
    const child = start(tocsin);
    const output = text(child.stdout!); // It was asked for.
    await once(child.stdout!, "readable");
    child.kill("SIGTERM");
    expect(await once(child, "close")).toEqual([0, null]);
    expect(await output).toMatch(/stopped\n$/);
  });
});
