import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Pacer } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import type { Exchange } from "./exchange.ts";
import { withFields } from "./list-request.ts";
import { Pace, TURN_WORK_MAX } from "./pace.ts";
import { JSON_LIST, sendSlices } from "./slices.ts";
import { jsonList } from "./views/json-text.ts";

const ITEM = JSON.stringify({ id: "x", comment: "y".repeat(1_000) });
const ITEM_COUNT = 5_000;
const CUT = { id: "x" };

/** Sends the items with their `id` alone; returns the answer, and how many were made in each turn. */
async function sendIds(): Promise<{ answer: unknown; turns: readonly number[] }> {
  const turns = [0];
  const rest = (next: () => void): void =>
    void setImmediate(() => {
      turns.push(0);
      next();
    });
  const pace = new Pace(new Pacer(TURN_WORK_MAX, rest));
  const request = { countMax: undefined, order: undefined, after: undefined };
  await using server = createServer((req, res) => {
    const { signal } = new AbortController();
    // What else there is of an exchange is not looked at here.
    const exchange = { req, res, pace, signal, sentBytes: 0 } as Partial<Exchange> as Exchange;
    const made = Array.from({ length: ITEM_COUNT }, () => ITEM)
      .values()
      .map((text) => {
        turns.push((turns.pop() ?? 0) + 1);
        return withFields(text, { request: { ...request, fields: new Set(["id"]) }, exchange });
      });
    void sendSlices(exchange, JSON_LIST, jsonList(made));
  }).listen(0, "127.0.0.1");
  const { promise, resolve } = Promise.withResolvers<void>();
  server.once("listening", resolve);
  await promise;
  const { port } = server.address() as AddressInfo; // It listens on TCP.
  const answer: unknown = await (await fetch(`http://127.0.0.1:${port}/`)).json();
  return { answer, turns };
}

describe("sendSlices()", () => {
  it("counts what is made, not only the little of it that is sent", async () => {
    const { answer, turns } = await sendIds();
    expect(answer).toEqual(Array.from({ length: ITEM_COUNT }, () => CUT));
    // Of a slice alone there would be 3,000 in a turn.
    expect(Math.max(...turns)).toBeLessThan(300);
    expect(turns.reduce((sum, count) => sum + count)).toBe(ITEM_COUNT);
  });
});
