import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  answersOk,
  findProgram,
  freePort,
  makeFolder,
  startServer,
  type MissingServer,
  type RunningServer,
} from "./process.ts";

export interface HttpServer extends RunningServer {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
}

export interface PrometheusPlan {
  /** Text of `prometheus.yml`. */
  readonly config: string;
  /** Further files beside it, by name: rule files for instance. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * Starts a Prometheus. It finds its Alertmanagers about 5 s after its start; it sends again each second
 * and not each minute, so that what came too early is not missing for long.
 */
export async function startPrometheus(plan: PrometheusPlan): Promise<HttpServer | MissingServer> {
  const program = findProgram("prometheus");
  if (program === undefined) {
    return { kind: "missing", reason: 'not installed: Debian package "prometheus"' };
  }
  return startWith({ name: "prometheus", program, plan }, (port, folder) => [
    `--config.file=${join(folder, "config.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--rules.alert.resend-delay=1s",
  ]);
}

export interface AlertmanagerPlan {
  /** Text of `alertmanager.yml`. */
  readonly config: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Further flags; without `--cluster.listen-address` among them it does not gossip. */
  readonly flags?: readonly string[];
  /** A folder that outlives it; by default one of its own. */
  readonly storagePath?: string;
}

/** Starts a real Prometheus Alertmanager. */
export async function startAlertmanager(
  plan: AlertmanagerPlan,
): Promise<HttpServer | MissingServer> {
  const program = findProgram("prometheus-alertmanager") ?? findProgram("alertmanager");
  if (program === undefined) {
    return { kind: "missing", reason: 'not installed: Debian package "prometheus-alertmanager"' };
  }
  const flags = plan.flags ?? [];
  const gossips = flags.some((flag) => flag.startsWith("--cluster.listen-address="));
  return startWith({ name: "alertmanager", program, plan }, (port, folder) => [
    `--config.file=${join(folder, "config.yml")}`,
    `--storage.path=${plan.storagePath ?? join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    ...(gossips ? [] : ["--cluster.listen-address="]),
    ...flags,
  ]);
}

async function startWith(
  server: { readonly name: string; readonly program: string; readonly plan: PrometheusPlan },
  argsFor: (port: number, folder: string) => readonly string[],
): Promise<HttpServer> {
  const folder = await makeFolder(server.name);
  const files = { ...server.plan.files, "config.yml": server.plan.config };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const running = await startServer({
    name: server.name,
    program: server.program,
    folder,
    args: argsFor(port, folder),
    ready: () => answersOk(`${endpoint}/-/ready`),
  });
  return { ...running, endpoint };
}
