/**
 * Long answers in slices, so that twenty readers of ten thousand alerts do not stop a writer.
 *
 * A slice is about 32 KiB, and after each one the event loop gets a turn through `setImmediate`, always.
 * Going on in the handler of `drain` would not do: it may be called without a turn of the loop, and a
 * fast reader would then get its whole answer while everybody else waits.
 */
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import type { Exchange } from "./exchange.ts";

const SLICE_SIZE = 32 * 1024;

/** Sends the parts one after another. Ends early, without an error, when the client is gone. */
export async function sendSlices(
  exchange: Exchange,
  type: string,
  parts: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  const { res } = exchange;
  res.setHeader("Content-Type", type);
  let slice = "";
  for await (const part of eachPart(parts)) {
    slice += part;
    if (slice.length < SLICE_SIZE) continue;
    await sendSlice(exchange, slice);
    slice = "";
    if (res.destroyed) return;
  }
  const last = Buffer.from(slice, "utf8");
  exchange.sentBytes += last.length;
  // What fits into one slice goes out with its length, in one piece.
  if (!res.headersSent) res.setHeader("Content-Length", last.length);
  res.end(last);
}

async function sendSlice(exchange: Exchange, slice: string): Promise<void> {
  const { res, signal } = exchange;
  const bytes = Buffer.from(slice, "utf8");
  exchange.sentBytes += bytes.length;
  if (!res.write(bytes)) await once(res, "drain", { signal }).catch(() => undefined);
  await setImmediate();
}

/** `for await` waits a turn for every part of a plain list too; this groups those into slices first. */
function eachPart(
  parts: Iterable<string> | AsyncIterable<string>,
): Iterable<string> | AsyncIterable<string> {
  return Symbol.asyncIterator in parts ? parts : joined(parts);
}

function* joined(parts: Iterable<string>): Generator<string, void, undefined> {
  let text = "";
  for (const part of parts) {
    text += part;
    if (text.length < SLICE_SIZE) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}
