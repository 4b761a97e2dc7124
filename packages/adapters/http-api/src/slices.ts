/**
 * Long answers in slices, so that twenty readers of ten thousand alerts do not stop a writer.
 *
 * A slice is about 32 KiB, and before each one a turn of the loop is asked for that still has room for it.
 * Going on in the handler of `drain` would not do: it may be called without a turn of the loop, and a
 * fast reader would then get its whole answer while everybody else waits.
 *
 * The first slices are held back: an answer that ends within them has a length, and an `ETag` where it may
 * be asked for again. A longer one is sent as it is made, without either.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { createGzip } from "node:zlib";
import type { Exchange } from "./exchange.ts";
import { acceptsGzip, isSameTag } from "./negotiation.ts";
import type { Pace } from "./pace.ts";

const SLICE_SIZE = 32 * 1024;
const HELD_SIZE_MAX_BYTES = 1024 * 1024;
/** What is shorter fits into one packet as it is. */
const GZIP_SIZE_MIN_BYTES = 1_400;

type Parts = Iterable<string> | AsyncIterable<string>;

export interface SliceOptions {
  readonly type: string;
  /** Whether the same may be asked again and again: then an answer that is known already is 304. */
  readonly isTagged: boolean;
}

/** A list as JSON. */
export const JSON_LIST: SliceOptions = { type: "application/json", isTagged: true };

/** Sends the parts one after another. Ends early, without an error, when the client is gone. */
export async function sendSlices(
  exchange: Exchange,
  { type, isTagged }: SliceOptions,
  parts: Parts,
): Promise<void> {
  const { req, res, pace } = exchange;
  const slices = slicesOf(parts, pace);
  const held: Buffer[] = [];
  let heldBytes = 0;
  let next = await slices.next();
  while (next.done !== true && heldBytes <= HELD_SIZE_MAX_BYTES) {
    held.push(next.value);
    heldBytes += next.value.length;
    next = await slices.next();
    if (next.done !== true) await pace.sent(next.value.length);
    if (res.destroyed) return;
  }
  res.setHeader("Content-Type", type);
  if (next.done === true && isTagged && isKnown(exchange, held)) return;
  const isPacked = heldBytes >= GZIP_SIZE_MIN_BYTES && acceptsGzip(req);
  if (heldBytes >= GZIP_SIZE_MIN_BYTES) res.appendHeader("Vary", "Accept-Encoding");
  if (next.done === true && !isPacked) res.setHeader("Content-Length", heldBytes);
  const out = isPacked ? packed(exchange) : res;
  for (const slice of held) await write(exchange, out, slice);
  while (next.done !== true && !res.destroyed) {
    await write(exchange, out, next.value);
    await pace.sent(next.value.length);
    next = await slices.next();
  }
  out.end();
}

/** Gives the answer its tag; true if the client has it already and was told so. */
function isKnown({ req, res }: Exchange, held: readonly Buffer[]): boolean {
  const hash = createHash("sha1");
  for (const slice of held) hash.update(slice);
  // Weak: it is the same whether it goes out packed or not.
  const tag = `W/"${hash.digest("base64url")}"`;
  res.setHeader("ETag", tag);
  if (!isSameTag(req.headers["if-none-match"], tag)) return false;
  res.statusCode = 304;
  res.removeHeader("Content-Type");
  res.end();
  return true;
}

function packed({ res }: Exchange): Writable {
  res.setHeader("Content-Encoding", "gzip");
  const gzip = createGzip();
  gzip.pipe(res);
  res.once("close", () => gzip.destroy());
  return gzip;
}

async function write(exchange: Exchange, out: Writable, slice: Buffer): Promise<void> {
  exchange.sentBytes += slice.length;
  const { signal, res } = exchange;
  if (res.destroyed || out.write(slice)) return;
  await once(out, "drain", { signal }).catch(() => undefined);
}

/** Nothing is cut in two: a slice ends with the part that fills it. */
async function* slicesOf(parts: Parts, pace: Pace): AsyncGenerator<Buffer, void, undefined> {
  let slice = "";
  for await (const part of eachPart(parts, pace)) {
    slice += part;
    const turn = pace.settle();
    if (turn !== undefined) await turn;
    if (slice.length < SLICE_SIZE) continue;
    yield Buffer.from(slice, "utf8");
    slice = "";
  }
  if (slice !== "") yield Buffer.from(slice, "utf8");
}

/** `for await` waits a turn for every part of a plain list too; this groups those into slices first. */
function eachPart(parts: Parts, pace: Pace): Parts {
  return Symbol.asyncIterator in parts ? parts : joined(parts, pace);
}

/** What little is left of much, as with `fields`, is as much work: then a group ends before it is a slice. */
function* joined(parts: Iterable<string>, pace: Pace): Generator<string, void, undefined> {
  let text = "";
  for (const part of parts) {
    text += part;
    if (text.length < SLICE_SIZE && !pace.owesTurn) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}
