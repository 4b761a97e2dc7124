import { readdir, readFile, readlink } from "node:fs/promises";
import type { Socket } from "node:net";
import { freePorts } from "../../servers/index.ts";
import { Links } from "./links.ts";
import type { Network, NetworkPlan, Place } from "./network.ts";
import { Relay, type Callers } from "./relay.ts";

const HOST = "127.0.0.1";

/** All on loopback, with ports of their own; relays between instances, if anything is to be disturbed. */
export function openLoopback(plan: NetworkPlan): Network {
  const links = new Links(plan.random);
  const places = new Map<number, Promise<Place>>();
  const peerPorts = new Map<number, number>();
  const relays: Relay[] = [];
  const pids = new Map<number, number>();
  const callers: Callers = {
    ofConnection: (socket) => ownerOf(socket, pids),
    ofDatagram: (_, port) => peerPorts.get(port),
  };
  const isRelayed = plan.disturbance !== "none";
  const prepare = async (ordinal: number): Promise<Place> => {
    // Three were asked for.
    const [webPort, peerPort, relayPort] = (await freePorts(3)) as [number, number, number];
    peerPorts.set(peerPort, ordinal);
    const target = { ordinal, host: HOST, port: peerPort };
    if (isRelayed) {
      const listen = { host: HOST, port: relayPort };
      relays.push(await Relay.open({ listen, target, links, callers }));
    }
    const advertised = `${HOST}:${isRelayed ? relayPort : peerPort}`;
    return { host: HOST, webPort, peerPort, advertised };
  };
  return {
    kind: "loopback",
    hubHost: HOST,
    place: (ordinal) => {
      const place = places.get(ordinal) ?? prepare(ordinal);
      places.set(ordinal, place);
      return place;
    },
    wrap: (_, command) => command,
    runs: (ordinal, pid) => void pids.set(ordinal, pid),
    cut: async (from, to) => {
      if (!isRelayed) throw new Error("Cannot cut: the scenario has not said that it does");
      links.cut(from, to);
    },
    mend: async () => links.mend(),
    setWeather: (weather) => {
      if (!isRelayed) throw new Error("Cannot set weather: the scenario has not said that it does");
      links.setWeather(weather);
    },
    close: async () => void (await Promise.all(relays.map((relay) => relay.close()))),
  };
}

/** The process that holds the other end of a connection, as the kernel's table and /proc tell. */
async function ownerOf(
  socket: Socket,
  pids: ReadonlyMap<number, number>,
): Promise<number | undefined> {
  const inode = await inodeOf(socket.remotePort ?? 0, socket.localPort ?? 0);
  if (inode === undefined) return undefined;
  for (const [ordinal, pid] of pids) {
    const folder = `/proc/${pid}/fd`;
    const names = await readdir(folder).catch(() => []);
    const links = await Promise.all(
      names.map((name) => readlink(`${folder}/${name}`).catch(() => "")),
    );
    if (links.includes(`socket:[${inode}]`)) return ordinal;
  }
  return undefined;
}

async function inodeOf(port: number, peerPort: number): Promise<string | undefined> {
  const hex = (value: number): string => value.toString(16).toUpperCase().padStart(4, "0");
  const table = await readFile("/proc/net/tcp", "latin1").catch(() => "");
  for (const line of table.split("\n")) {
    const cells = line.trim().split(/\s+/);
    if (cells[1]?.endsWith(`:${hex(port)}`) && cells[2]?.endsWith(`:${hex(peerPort)}`)) {
      return cells[9];
    }
  }
  return undefined;
}
