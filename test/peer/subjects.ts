import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  Client,
  Instance,
  makeFolder,
  removeFolder,
  startAlertmanager,
  type HttpServer,
} from "../e2e/servers/index.ts";

/** A program that is alerted, silenced, reloaded and restarted: ours or the real one. */
export interface Subject {
  client(): Client;
  /** Writes the configuration file and asks for a reload. Returns the status. */
  reload(config: string): Promise<number>;
  /** SIGTERM, and the same again on the same files. */
  restart(): Promise<void>;
  remove(): Promise<void>;
}

export async function tocsin(config: string): Promise<Subject> {
  const instance = await Instance.start({ config, flags: ["--cluster.listen-address="] });
  const client = (): Client => new Client(instance.endpoint);
  return {
    client,
    reload: async (text) => {
      await instance.writeConfig(text);
      return (await client().call("/-/reload", { method: "POST" })).status;
    },
    restart: async () => {
      await instance.process.stop();
      await instance.start();
    },
    remove: () => instance.remove(),
  };
}

/** Debian's, or whatever `alertmanager` is on PATH, where there is one. */
export async function realAlertmanager(config: string): Promise<Subject> {
  const storagePath = await makeFolder("peer-storage");
  let current = config;
  const start = async (): Promise<HttpServer> => {
    const started = await startAlertmanager({ config: current, storagePath });
    if (started.kind === "missing") throw new Error(started.reason);
    return started;
  };
  let server = await start();
  const client = (): Client => new Client(server.endpoint);
  return {
    client,
    reload: async (text) => {
      current = text;
      await writeFile(join(server.folder, "config.yml"), text);
      return (await client().call("/-/reload", { method: "POST" })).status;
    },
    restart: async () => {
      await server.stop();
      server = await start();
    },
    remove: async () => {
      await server.stop();
      await removeFolder(storagePath);
    },
  };
}
