import type { Clock } from "@tocsin/foundation";
import { Agent, buildConnector } from "undici";
import { AnswerBodies } from "./answer-bodies.ts";
import type { Line } from "./exchange.ts";
import { guardedConnector, type Firewall } from "./firewall.ts";
import { tlsOptionsOf, type TransportSettings } from "./transport.ts";

/** Different TLS settings that are kept ready; the least recently used one is closed beyond that. */
const AGENTS_MAX = 256;
const CONNECT_TIMEOUT_MS = 10_000;
/** Shorter than servers keep an idle connection: a request must not meet its closing. */
const KEEP_ALIVE_MS = 4_000;
/** For a caller that sets no limit of its own. */
const ANSWER_TIMEOUT_MS = 300_000;
/** Names and values of an answer's headers: as many as can be read in 50 ms, were they all empty lines. */
const HEADERS_SIZE_MAX_BYTES = 256 * 1024;

/** Connections to receivers, one pool for each origin and TLS setting. */
export class HttpAgents {
  /** In order of use, the oldest first. */
  readonly #agents = new Map<string, Agent>();
  readonly #firewall: Firewall | undefined;
  readonly #bodies: AnswerBodies;

  constructor(clock: Clock, firewall?: Firewall) {
    this.#bodies = new AnswerBodies(clock);
    this.#firewall = firewall;
  }

  /** Whether connections are made so already. */
  has(settings: TransportSettings): boolean {
    return this.#agents.has(JSON.stringify(settings));
  }

  lineFor(settings: TransportSettings): Line {
    const key = JSON.stringify(settings);
    const agent = this.#agents.get(key) ?? makeAgent(settings, this.#firewall);
    this.#agents.delete(key);
    this.#agents.set(key, agent);
    if (this.#agents.size > AGENTS_MAX) this.#dropOldest();
    return { dispatcher: agent, bodies: this.#bodies };
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
  const connect: buildConnector.BuildOptions = {
    timeout: CONNECT_TIMEOUT_MS,
    allowH2: false,
    ...tlsOptionsOf(settings),
  };
  const connector =
    firewall === undefined ? buildConnector(connect) : guardedConnector(connect, firewall);
  return new Agent({
    // As many as there are messages under way, which `Lanes` bounds.
    connections: null,
    // One after another: a request behind another one would be written at its connection's leisure.
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
    maxHeaderSize: HEADERS_SIZE_MAX_BYTES,
    allowH2: false,
    // Without a host the connector knows no name that it could tell the server instead.
    connect:
      connect.servername === ""
        ? (target, callback) => connector({ ...target, host: "" }, callback)
        : connector,
  });
}
