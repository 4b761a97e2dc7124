import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { freePort } from "../../servers/index.ts";
import { Links } from "./links.ts";
import type { Network, NetworkPlan, Place, Weather } from "./network.ts";
import { Relay, type Callers } from "./relay.ts";

const WEB_PORT = 9093;
const PEER_PORT = 9095;
const FIRST_HOST = 10;
/** Nobody has this address: what is sent to it reaches nobody, and nobody says so. */
const NOWHERE = "02:00:00:00:ff:ff";

const execute = promisify(execFile);

/** Tells whether this process may make network namespaces and join them by a bridge. */
export async function areNamespacesPermitted(): Promise<boolean> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const name = `${namePrefix()}t`;
  try {
    await ip("link", "add", `${name}0`, "type", "veth", "peer", "name", `${name}1`);
    await ip("link", "del", `${name}0`);
    await ip("netns", "add", name);
    await ip("netns", "del", name);
    return true;
  } catch {
    return false;
  }
}

/**
 * Each instance in a network namespace with an address of its own, all joined by a bridge on which the
 * senders and sinks are too. A cut is a neighbour that cannot be reached: packets are lost, and both ends
 * still believe in their connection. Weather needs relays at the bridge.
 */
export class Namespaces implements Network {
  readonly kind = "namespaces";
  readonly hubHost: string;
  readonly #prefix = namePrefix();
  readonly #subnet: string;
  readonly #links: Links;
  readonly #callers: Callers;
  readonly #isRelayed: boolean;
  readonly #places = new Map<number, Promise<Place>>();
  readonly #relays: Relay[] = [];
  #cuts: { readonly from: number; readonly to: number }[] = [];

  private constructor(plan: NetworkPlan) {
    this.#subnet = `10.${200 + (process.pid % 50)}.${Math.floor(process.pid / 50) % 250}`;
    this.hubHost = `${this.#subnet}.1`;
    this.#links = new Links(plan.random);
    this.#isRelayed = plan.disturbance === "weather";
    this.#callers = {
      ofConnection: async ({ remoteAddress }) => ordinalOf(remoteAddress),
      ofDatagram: ordinalOf,
    };
  }

  static async open(plan: NetworkPlan): Promise<Namespaces> {
    const network = new Namespaces(plan);
    await ip("link", "add", network.#bridge, "type", "bridge");
    await ip("addr", "add", `${network.hubHost}/24`, "dev", network.#bridge);
    await ip("link", "set", network.#bridge, "up");
    return network;
  }

  place(ordinal: number): Promise<Place> {
    const place = this.#places.get(ordinal) ?? this.#prepare(ordinal);
    this.#places.set(ordinal, place);
    return place;
  }

  wrap(ordinal: number, command: readonly string[]): readonly string[] {
    return ["ip", "netns", "exec", this.#spaceOf(ordinal), ...command];
  }

  /** Addresses tell who is who. */
  runs(): void {}

  async cut(from: number, to: number): Promise<void> {
    this.#links.cut(from, to);
    if (this.#isRelayed) return;
    this.#cuts.push({ from, to });
    const nobody = ["lladdr", NOWHERE, "dev", "eth0", "nud", "permanent"];
    await ip("-n", this.#spaceOf(from), "neigh", "replace", this.#hostOf(to), ...nobody);
  }

  async mend(): Promise<void> {
    this.#links.mend();
    const cuts = this.#cuts;
    this.#cuts = [];
    for (const { from, to } of cuts) {
      await ip("-n", this.#spaceOf(from), "neigh", "del", this.#hostOf(to), "dev", "eth0");
    }
  }

  setWeather(weather: Weather | undefined): void {
    if (!this.#isRelayed) throw new Error("Cannot set weather: the plan is without it");
    this.#links.setWeather(weather);
  }

  async close(): Promise<void> {
    await Promise.all(this.#relays.map((relay) => relay.close()));
    for (const ordinal of this.#places.keys()) {
      await ip("netns", "del", this.#spaceOf(ordinal)).catch(() => {});
    }
    await ip("link", "del", this.#bridge).catch(() => {});
  }

  get #bridge(): string {
    return `${this.#prefix}b`;
  }

  #spaceOf(ordinal: number): string {
    return `${this.#prefix}-${ordinal}`;
  }

  #hostOf(ordinal: number): string {
    return `${this.#subnet}.${FIRST_HOST + ordinal}`;
  }

  async #prepare(ordinal: number): Promise<Place> {
    await this.#join(ordinal);
    const host = this.#hostOf(ordinal);
    const place = { host, webPort: WEB_PORT, peerPort: PEER_PORT };
    if (!this.#isRelayed) return { ...place, advertised: `${host}:${PEER_PORT}` };
    const listen = { host: this.hubHost, port: await freePort() };
    const target = { ordinal, host, port: PEER_PORT };
    const links = this.#links;
    this.#relays.push(await Relay.open({ listen, target, links, callers: this.#callers }));
    return { ...place, advertised: `${listen.host}:${listen.port}` };
  }

  async #join(ordinal: number): Promise<void> {
    const space = this.#spaceOf(ordinal);
    const outside = `${this.#prefix}v${ordinal}`;
    await ip("netns", "add", space);
    await ip("link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", space);
    await ip("link", "set", outside, "master", this.#bridge, "up");
    await ip("-n", space, "addr", "add", `${this.#hostOf(ordinal)}/24`, "dev", "eth0");
    await ip("-n", space, "link", "set", "eth0", "up");
    await ip("-n", space, "link", "set", "lo", "up");
  }
}

function ordinalOf(address: string | undefined): number {
  return Number(address?.split(".").at(-1)) - FIRST_HOST;
}

/** Short, as names of network devices are, and of this process alone. */
function namePrefix(): string {
  return `tc${process.pid.toString(36)}`;
}

async function ip(...words: readonly string[]): Promise<void> {
  await execute("ip", words);
}
