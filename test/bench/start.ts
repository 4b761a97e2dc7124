/** How long a program takes until it answers that it is ready, and what it holds then. */
import { setTimeout as delay } from "node:timers/promises";
import { Connection, requestBytes } from "./connection.ts";
import type { Figure } from "./figures.ts";
import { withProgram, type Program } from "./programs.ts";
import { median } from "./statistics.ts";
import { configYaml } from "./work.ts";

const READY_TIMEOUT_MS = 20_000;
const MIB = 1_048_576;

interface Started {
  readonly readyMs: number;
  readonly residentBytes: number;
}

export async function measureStarts(
  programs: { readonly ours: Program; readonly peer: Program | undefined },
  roundCount: number,
): Promise<Figure[]> {
  const ours: Started[] = [];
  const peer: Started[] = [];
  for (let round = 0; round < roundCount; round += 1) {
    ours.push(await startOnce(programs.ours));
    if (programs.peer !== undefined) peer.push(await startOnce(programs.peer));
  }
  const figure = (base: Omit<Figure, "ours">, read: (one: Started) => number): Figure => ({
    ...base,
    ours: median(ours.map(read)),
    ...(peer.length === 0 ? undefined : { peer: median(peer.map(read)) }),
  });
  return [
    figure(
      {
        id: "start/ready",
        what: "start until ready",
        unit: "ms",
        goals: [{ of: "ours", is: "at-most", bound: 500 }],
      },
      (one) => one.readyMs,
    ),
    figure(
      {
        id: "start/memory",
        what: "memory of the empty process",
        unit: "MB",
        goals: [{ of: "ours", is: "at-most", bound: 100 }],
      },
      (one) => one.residentBytes / MIB,
    ),
  ];
}

async function startOnce(program: Program): Promise<Started> {
  const beganAtMs = performance.now();
  const shape = {
    hookUrl: "http://127.0.0.1:9/",
    groupWait: "30s",
    teamCount: 2,
    inhibitRuleCount: 1,
  };
  return withProgram(program, configYaml(shape), async (running) => {
    const connection = new Connection(running.port);
    const ready = requestBytes({ method: "GET", path: "/-/ready" });
    while ((await connection.send(ready)).status !== 200) {
      if (performance.now() - beganAtMs > READY_TIMEOUT_MS)
        throw new Error("Start failed: never ready");
      await delay(5);
    }
    const readyMs = performance.now() - beganAtMs;
    connection.close();
    return { readyMs, residentBytes: await running.residentBytesAtRest(500) };
  });
}
