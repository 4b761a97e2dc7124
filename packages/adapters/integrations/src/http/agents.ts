import { Agent, type buildConnector } from "undici";
import { LANE_WIDTH } from "../lanes.ts";
import { guardedConnector, type Firewall } from "./firewall.ts";

/** What two requests must have in common to share connections. PEM texts, not files. */
export interface TransportSettings {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly serverName: string;
  readonly insecureSkipVerify: boolean;
  readonly minVersion: "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3" | undefined;
  readonly maxVersion: "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3" | undefined;
}

/** Different TLS settings that are kept ready; the least recently used one is closed beyond that. */
const AGENTS_MAX = 256;
const CONNECT_TIMEOUT_MS = 10_000;
/** Shorter than servers keep an idle connection: a request must not meet its closing. */
const KEEP_ALIVE_MS = 4_000;
/** For a caller that sets no limit of its own. */
const ANSWER_TIMEOUT_MS = 300_000;

/** Connections to receivers, one pool for each origin and TLS setting. */
export class HttpAgents {
  /** In order of use, the oldest first. */
  readonly #agents = new Map<string, Agent>();
  readonly #firewall: Firewall | undefined;

  constructor(firewall?: Firewall) {
    this.#firewall = firewall;
  }

  get(settings: TransportSettings): Agent {
    const key = JSON.stringify(settings);
    const agent = this.#agents.get(key) ?? makeAgent(settings, this.#firewall);
    this.#agents.delete(key);
    this.#agents.set(key, agent);
    if (this.#agents.size > AGENTS_MAX) this.#dropOldest();
    return agent;
  }

  async close(): Promise<void> {
    const agents = [...this.#agents.values()];
    this.#agents.clear();
    await Promise.all(agents.map((agent) => agent.destroy()));
  }

  #dropOldest(): void {
    const [oldest] = this.#agents;
    if (oldest === undefined) return;
    this.#agents.delete(oldest[0]);
    oldest[1].close().catch(() => {}); // What is in flight ends first; nobody waits for it.
  }
}

function makeAgent(settings: TransportSettings, firewall: Firewall | undefined): Agent {
  const connect = connectionOf(settings);
  return new Agent({
    connections: LANE_WIDTH,
    // One after another: a request behind another one would be written at its connection's leisure.
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
    allowH2: false,
    connect: firewall === undefined ? connect : guardedConnector(connect, firewall),
  });
}

function connectionOf(settings: TransportSettings): buildConnector.BuildOptions {
  const { ca, cert, key, serverName, minVersion, maxVersion } = settings;
  return {
    timeout: CONNECT_TIMEOUT_MS,
    rejectUnauthorized: !settings.insecureSkipVerify,
    ...(ca === "" ? {} : { ca }),
    ...(cert === "" ? {} : { cert }),
    ...(key === "" ? {} : { key }),
    ...(serverName === "" ? {} : { servername: serverName }),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
  };
}
