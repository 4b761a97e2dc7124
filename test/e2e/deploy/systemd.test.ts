import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseCommandLine } from "@tocsin/alertmanager/flags";
import { afterAll, describe, expect, test, type TestContext } from "vitest";
import { findProgram } from "../servers/process.ts";

const FOLDER = join(import.meta.dirname, "../../../deploy/systemd");
/** Out of 10, as `systemd-analyze security` counts; 2 and less is what it calls "OK". */
const EXPOSURE_MAX = 1.5;

const run = promisify(execFile);
const unit = readFileSync(join(FOLDER, "tocsin.service"), "utf8");

function need(program: string, skip: TestContext["skip"]): void {
  if (findProgram(program) === undefined) skip(`not installed: ${program}`);
}

describe("tocsin.service", () => {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-systemd-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The unit with a program that is on this machine; else it is refused for that alone. */
  function writeUnit(text: string): string {
    const path = join(folder, "tocsin.service");
    writeFileSync(path, text.replace("/usr/lib/tocsin/node", process.execPath));
    return path;
  }

  test("systemd-analyze verify finds nothing", async ({ skip }) => {
    need("systemd-analyze", skip);
    const { stdout, stderr } = await run("systemd-analyze", ["verify", writeUnit(unit)]);
    expect(stdout + stderr).toBe("");
    const misspelt = writeUnit(unit.replace("RestartSec", "RestartSecs"));
    expect((await run("systemd-analyze", ["verify", misspelt])).stderr).toContain("RestartSecs");
  });

  test("is as closed as the engine of JavaScript allows", async ({ skip }) => {
    need("systemd-analyze", skip);
    const words = ["security", "--offline=true", "--no-pager", writeUnit(unit)];
    const { stdout } = await run("systemd-analyze", words);
    const [, exposure] = /Overall exposure level for tocsin.service: ([\d.]+)/.exec(stdout) ?? [];
    expect(Number(exposure)).toBeLessThanOrEqual(EXPOSURE_MAX);
  });

  test("starts the program with flags that it has", () => {
    const [, words = ""] = /^ExecStart=.*main\.cjs (.+)$/m.exec(unit) ?? [];
    expect(unit).toContain("/node --use-system-ca ");
    const settings = "config: {file: /etc/tocsin/alertmanager.yml}";
    const line = parseCommandLine(words.split(" "), {}, () => settings);
    const [, stateFolder] = /^StateDirectory=(.+)$/m.exec(unit) ?? [];
    expect(line).toMatchObject({
      kind: "run",
      options: { storage: { folderPath: `/var/lib/${stateFolder}` } },
    });
  });

  test("its user and folders are made", async ({ skip }) => {
    need("systemd-sysusers", skip);
    need("systemd-tmpfiles", skip);
    if (process.getuid?.() !== 0) skip("needs root");
    const root = mkdtempSync(join(folder, "root-"));
    mkdirSync(join(root, "etc"));
    await run("systemd-sysusers", [`--root=${root}`, join(FOLDER, "tocsin.sysusers.conf")]);
    const [, user, group] = /^User=(.+)\nGroup=(.+)$/m.exec(unit) ?? [];
    const idIn = (file: string, name = ""): number => {
      const line = readFileSync(join(root, "etc", file), "utf8").split("\n");
      return Number(line.find((each) => each.startsWith(`${name}:`))?.split(":")[2]);
    };
    expect(idIn("passwd", user)).toBeGreaterThan(0);
    const file = join(FOLDER, "tocsin.tmpfiles.conf");
    await run("systemd-tmpfiles", [`--root=${root}`, "--create", file]);
    const settings = statSync(join(root, "etc/tocsin"));
    expect(settings.gid).toBe(idIn("group", group));
    expect(settings.mode & 0o777).toBe(0o750);
  });
});
