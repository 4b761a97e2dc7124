import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  call,
  eventually,
  Instance,
  makeFolder,
  removeFolder,
  TocsinProcess,
  Webhook,
} from "../servers/index.ts";
import { Placeholders } from "./placeholders.ts";
import { play, type Partner } from "./play.ts";
import { configOf, type Transcript } from "./transcript.ts";

const LISTENING = /msg="Listening on" address=(\S+)/;

/** What was asked before each recording, whatever the answer: the metrics page counts it. */
const BEFORE: Transcript = {
  name: "ready",
  steps: [{ request: { method: "GET", path: "/-/ready" }, response: { status: 200 }, retry_ms: 0 }],
};

/** Plays a transcript with a process of its own, as a plain Alertmanager. */
export async function playWithProcess(transcript: Transcript): Promise<string | undefined> {
  const folder = await makeFolder("transcript");
  const webhook = await Webhook.start();
  const writeFile = (name: string, text: string): void => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    // Keys lie in the transcripts under another name, so that nobody takes them for secrets.
    writeFileSync(path, text.replaceAll("TEST KEY", "PRIVATE KEY"));
  };
  const fixed = new Placeholders({ SINK: webhook.url, DIR: folder });
  writeFile("alertmanager.yml", fixed.fill(configOf(transcript)));
  for (const [name, text] of Object.entries(transcript.files ?? {})) {
    writeFile(name, fixed.fill(text));
  }
  const flagsOf = (own: readonly string[] = []): string[] => [
    ...defaultFlags(folder).filter((flag) => !own.some((other) => isSameFlag(flag, other))),
    ...own.map((flag) => fixed.fill(flag)),
  ];
  let process = new TocsinProcess(flagsOf(transcript.flags), { TZ: "UTC" });
  try {
    const host = await addressOf(process);
    const partner: Partner & { host: string } = {
      host,
      isTls: transcript.tls === true,
      headers: {},
      writeFile,
      signal: (name) => process.signal(`SIG${name}` as NodeJS.Signals),
      async restart(flags) {
        const { code } = await process.stop();
        if (code !== 0) throw new Error(`The process ended with ${code}:\n${process.log}`);
        process = new TocsinProcess(flagsOf(flags ?? transcript.flags), { TZ: "UTC" });
        partner.host = await addressOf(process);
      },
    };
    const places = new Placeholders({ SINK: webhook.url, DIR: folder, ...namesOf(partner) });
    await play(BEFORE, partner, places);
    return await play(transcript, partner, places);
  } finally {
    await process.kill();
    await webhook.stop();
    await removeFolder(folder);
  }
}

/** Plays transcripts with one process: each is a conversation with a tenant of its own. */
export class TenantPartners {
  readonly #instance: Instance;
  readonly #webhook: Webhook;

  private constructor(instance: Instance, webhook: Webhook) {
    this.#instance = instance;
    this.#webhook = webhook;
  }

  static async start(): Promise<TenantPartners> {
    const webhook = await Webhook.start();
    const instance = await Instance.start({
      config: configOf({ name: "", steps: [] }),
      flags: ["--tenancy.enabled", "--web.get-concurrency=1000"],
      environment: { TZ: "UTC" },
    });
    return new TenantPartners(instance, webhook);
  }

  /** Each attempt is with another tenant. */
  async play(transcript: Transcript, attempt: number): Promise<string | undefined> {
    const { endpoint, folder } = this.#instance;
    const headers = { "x-scope-orgid": `${transcript.name}-${attempt}` };
    const host = new URL(endpoint).host;
    const partner: Partner = { host, isTls: false, headers, ...NO_PROCESS };
    const places = new Placeholders({
      SINK: this.#webhook.url,
      DIR: folder,
      ...namesOf(partner),
    });
    if (transcript.config !== undefined) {
      const body = places.fill(transcript.config);
      const answer = await call(`${endpoint}/api/v1/config`, { method: "PUT", headers, body });
      if (answer.status !== 200) return `configuration: ${answer.text}`;
    }
    return play(transcript, partner, places);
  }

  async stop(): Promise<void> {
    await this.#instance.remove();
    await this.#webhook.stop();
  }
}

const NO_PROCESS: Omit<Partner, "host" | "isTls" | "headers"> = {
  writeFile: () => refuse(),
  signal: () => refuse(),
  restart: () => refuse(),
};

function refuse(): never {
  throw new Error("This transcript needs a process of its own");
}

function namesOf({ host, isTls }: Partner): Readonly<Record<string, string>> {
  return {
    HOST: host,
    PORT: host.split(":").at(-1) ?? "",
    URL: `${isTls ? "https" : "http"}://${host}`,
  };
}

async function addressOf(process: TocsinProcess): Promise<string> {
  await eventually(
    () => `a line with the address in:\n${process.log}`,
    () => LISTENING.test(process.log) || !process.isRunning,
  );
  const address = LISTENING.exec(process.log)?.[1];
  if (address === undefined) throw new Error(`Tocsin ended instead of starting:\n${process.log}`);
  return address;
}

function defaultFlags(folder: string): string[] {
  return [
    `--config.file=${join(folder, "alertmanager.yml")}`,
    `--storage.path=${join(folder, "data")}`,
    "--web.listen-address=127.0.0.1:0",
    "--cluster.listen-address=",
  ];
}

function isSameFlag(left: string, right: string): boolean {
  return left.split("=", 1)[0] === right.split("=", 1)[0];
}
