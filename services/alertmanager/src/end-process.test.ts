import { execFileSync } from "node:child_process";
import { mkdtempSync, open, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@tocsin/clock-system";
import { silentLogger } from "@tocsin/foundation";
import { describe, expect, it, onTestFinished } from "vitest";
import { endProcess } from "./end-process.ts";

/** How a process would end that waits for these, one list for each time that it is asked. */
async function endingWith(lists: readonly (readonly string[])[]): Promise<readonly string[]> {
  const ends: string[] = [];
  const left = [...lists];
  const host = {
    activeResources: (): readonly string[] => (left.length > 1 ? left.shift() : left[0]) ?? [],
    exit: (code: number) => void ends.push(`exit ${code}`),
    kill: () => void ends.push("kill"),
  };
  await endProcess({ clock: systemClock, logger: silentLogger, host }, 3);
  return ends;
}

describe("endProcess()", () => {
  it("exits when nothing is asked of files, at once or soon", async () => {
    expect(await endingWith([["Timeout", "TCPSocketWrap"]])).toEqual(["exit 3"]);
    expect(await endingWith([["FSReqPromise"], ["FSReqCallback"], []])).toEqual(["exit 3"]);
  });

  it("ends by force when the system does not let go of a file", async () => {
    expect(await endingWith([["FSReqPromise"]])).toEqual(["kill"]);
  });

  it("knows what hangs by Node's name for it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tocsin-end-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const opened = new Promise((resolve) => open(pipe, "r", resolve));
    expect(process.getActiveResourcesInfo()).toContain("FSReqCallback");
    writeFileSync(pipe, "");
    await opened;
  });
});
