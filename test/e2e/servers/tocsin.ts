import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answersOk, freePorts, makeFolder, startServer, type RunningServer } from "./process.ts";

const LAUNCHER = join(import.meta.dirname, "../../../bin/tocsin");

export interface TocsinPlan {
  /** Text of the file behind `--config.file`. */
  readonly config: string;
  /** Beside addresses and folders, which are chosen here. */
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where to listen on loopback; free ones unless others must know them before. */
  readonly ports?: { readonly web: number; readonly rpc: number };
  /** What `stop` sends; by default SIGTERM, with which it leaves its ring first. */
  readonly stopSignal?: NodeJS.Signals;
}

export interface TocsinServer extends RunningServer {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Sends a signal and waits for the end. */
  kill(name: NodeJS.Signals): Promise<void>;
}

/** Starts one instance of this program that is meant to run once; ready when `/-/ready` says so. */
export async function startTocsin(plan: TocsinPlan): Promise<TocsinServer> {
  const folder = await makeFolder("tocsin");
  const config = join(folder, "alertmanager.yml");
  await writeFile(config, plan.config);
  const { web, rpc } = plan.ports ?? (await twoPorts());
  const endpoint = `http://127.0.0.1:${web}`;
  const running = await startServer({
    name: "tocsin",
    program: LAUNCHER,
    folder,
    args: [
      `--config.file=${config}`,
      `--storage.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${web}`,
      `--rpc.listen-address=127.0.0.1:${rpc}`,
      `--rpc.advertise-address=127.0.0.1:${rpc}`,
      ...(plan.flags ?? []),
    ],
    ...(plan.environment === undefined ? undefined : { environment: plan.environment }),
    ...(plan.stopSignal === undefined ? undefined : { stopSignal: plan.stopSignal }),
    ready: () => answersOk(`${endpoint}/-/ready`),
  });
  const kill = async (name: NodeJS.Signals): Promise<void> => {
    running.signal(name);
    await running.ended;
  };
  return { ...running, endpoint, kill };
}

async function twoPorts(): Promise<{ readonly web: number; readonly rpc: number }> {
  const [web, rpc] = (await freePorts(2)) as [number, number]; // Two were asked for.
  return { web, rpc };
}
