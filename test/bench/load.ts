/** Many requests over a few connections, as fast as they are answered. */
import { Connection } from "./connection.ts";
import type { MeasuredProcess } from "./processes.ts";

const CONNECTION_COUNT = 8;

/** How long each request took, in milliseconds, and all of them together. */
export interface LoadResult {
  readonly latenciesMs: readonly number[];
  readonly wallMs: number;
}

/** Sends them all; throws when one is not answered with 200. */
export async function sendAll(port: number, requests: readonly Buffer[]): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  let next = 0;
  const work = async (connection: Connection): Promise<void> => {
    while (next < requests.length) {
      const request = requests[next] as Buffer; // below the length by the condition above
      next += 1;
      const beganAtMs = performance.now();
      const { status, body } = await connection.send(request);
      latenciesMs.push(performance.now() - beganAtMs);
      if (status !== 200) throw new Error(`Request answered with ${status}: ${body.slice(0, 200)}`);
    }
  };
  const beganAtMs = performance.now();
  const count = Math.min(CONNECTION_COUNT, requests.length);
  const connections = Array.from({ length: count }, () => new Connection(port));
  try {
    await Promise.all(connections.map(work));
  } finally {
    for (const connection of connections) connection.close();
  }
  return { latenciesMs, wallMs: performance.now() - beganAtMs };
}

/** As `sendAll`, with the CPU time of the program until it is at rest again. */
export async function measureLoad(
  program: MeasuredProcess,
  requests: readonly Buffer[],
): Promise<LoadResult & { readonly cpuSeconds: number }> {
  const before = await program.untilRest();
  const result = await sendAll(program.port, requests);
  return { ...result, cpuSeconds: (await program.untilRest()) - before };
}
