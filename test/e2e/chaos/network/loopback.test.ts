import { once } from "node:events";
import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../servers/index.ts";
import { openLoopback } from "./loopback.ts";
import type { Network } from "./network.ts";

/** This process plays instance 0, and listens as instance 1. */
describe("openLoopback() with relays", () => {
  let network: Network;
  let server: Server;
  let socket: Socket;
  let heard: string;
  let answered: string;
  beforeEach(async () => {
    network = openLoopback({ disturbance: "weather", random: () => 0.5 });
    network.runs(0, process.pid);
    const { host, peerPort, advertised } = await network.place(1);
    heard = "";
    answered = "";
    server = createServer((caller) => {
      caller.on("error", () => {});
      caller.on("data", (bytes) => {
        heard += String(bytes);
        caller.write(String(bytes).toUpperCase());
      });
    });
    server.listen(peerPort, host);
    await once(server, "listening");
    socket = connect(Number(advertised.split(":")[1]), host);
    socket.on("data", (bytes) => (answered += String(bytes)));
    socket.on("error", () => {});
    await once(socket, "connect");
  });
  afterEach(async () => {
    socket.destroy();
    await network.close();
    server.close();
  });

  it("carry a stream both ways, whole and in order", async () => {
    await network.place(0);
    for (const word of ["one ", "two ", "three "]) socket.write(word);
    await eventually("an answer", () => answered === "ONE TWO THREE ");
    expect(heard).toBe("one two three ");
  });

  it("hold what one says while that direction is cut, and carry the other", async () => {
    socket.write("before ");
    await eventually("an answer", () => answered === "BEFORE ");
    await network.cut(1, 0);
    socket.write("meanwhile ");
    await eventually("it is heard", () => heard === "before meanwhile ");
    await network.cut(0, 1);
    socket.write("later ");
    await network.mend();
    await eventually("all is answered", () => answered === "BEFORE MEANWHILE LATER ");
    expect(heard).toBe("before meanwhile later ");
  });

  it("delay what passes while the weather is bad", async () => {
    network.setWeather({ delayMs: 100, jitterMs: 0, loss: 0 });
    const fromMs = performance.now();
    socket.write("slow");
    await eventually("an answer", () => answered === "SLOW");
    // There and back; the timers of two pieces may each be a little early.
    expect(performance.now() - fromMs).toBeGreaterThan(190);
  });

  it("tell the caller when nobody listens any more", async () => {
    server.close();
    socket.destroy();
    const { host, advertised } = await network.place(1);
    const late = connect(Number(advertised.split(":")[1]), host);
    late.on("error", () => {});
    late.resume();
    await once(late, "close");
    expect(late.destroyed).toBe(true);
  });

  it("carry datagrams, but not over a cut link", async () => {
    const zero = await network.place(0);
    const { host, peerPort, advertised } = await network.place(1);
    const [sender, stranger, receiver] = [
      createSocket("udp4"),
      createSocket("udp4"),
      createSocket("udp4"),
    ];
    const got: string[] = [];
    receiver.on("message", (bytes) => got.push(String(bytes)));
    sender.bind(zero.peerPort, zero.host);
    receiver.bind(peerPort, host);
    await Promise.all([once(sender, "listening"), once(receiver, "listening")]);
    const port = Number(advertised.split(":")[1]);
    const send = (from: DatagramSocket, text: string): Promise<void> =>
      new Promise((resolve) => from.send(text, port, host, () => resolve()));
    try {
      await network.cut(0, 1);
      await send(sender, "lost");
      // Nobody has cut this one off, and it comes after the other.
      await send(stranger, "heard");
      await eventually("the second arrives", () => got.length > 0);
      expect(got).toEqual(["heard"]);
      await network.mend();
      await send(sender, "heard too");
      await eventually("the third arrives", () => got.length > 1);
      expect(got).toEqual(["heard", "heard too"]);
    } finally {
      for (const one of [sender, stranger, receiver]) one.close();
    }
  });
});
