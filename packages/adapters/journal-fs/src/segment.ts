/**
 * The form of a segment: a header, then frames of `marker, length, CRC-32 of the payload, payload`.
 *
 * Reading never gives up: behind a frame that is wrong the next right one is looked for by its marker. So
 * a flipped byte costs one record, not the rest of the log. What is left when no right frame follows is
 * the tail. A tail that a cut frame explains is what a killed process leaves behind, and nothing that
 * anybody was told to be stored is in it; any other is damage.
 */
import { crc32 } from "node:zlib";

export const SEGMENT_HEADER: Buffer = Buffer.from("TOCSLOG1", "latin1");

/** Two bytes that no UTF-8 text contains. */
const MARKER = Buffer.from([0xfe, 0xc5]);
const LENGTH_AT = 2;
const CHECKSUM_AT = 6;
export const FRAME_HEADER_SIZE_BYTES = 10;

/** Copies a payload into its frame. */
export function frameOf(payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_SIZE_BYTES + payload.length);
  frame.set(MARKER, 0);
  frame.writeUInt32LE(payload.length, LENGTH_AT);
  frame.writeUInt32LE(crc32(payload), CHECKSUM_AT);
  frame.set(payload, FRAME_HEADER_SIZE_BYTES);
  return frame;
}

/** What is found in a segment, in order. */
export type SegmentPart =
  | { readonly kind: "record"; readonly payload: Buffer }
  /** Bytes that are no frame, with right ones behind them. */
  | { readonly kind: "damage" }
  /** The file ends within a frame that begins at `at`. */
  | { readonly kind: "torn"; readonly at: number };

/** Walks through the bytes of a segment. */
export function* partsOf(bytes: Buffer): Generator<SegmentPart> {
  let at = SEGMENT_HEADER.length;
  if (bytes.length < at && SEGMENT_HEADER.subarray(0, bytes.length).equals(bytes)) {
    yield { kind: "torn", at: 0 };
    return;
  }
  if (!bytes.subarray(0, at).equals(SEGMENT_HEADER)) {
    yield { kind: "damage" };
    at = 0;
  }
  while (at < bytes.length) {
    const payload = payloadAt(bytes, at);
    if (payload !== undefined) {
      yield { kind: "record", payload };
      at += FRAME_HEADER_SIZE_BYTES + payload.length;
      continue;
    }
    const next = nextFrame(bytes, at + 1);
    if (next === undefined && isCutFrame(bytes, at)) yield { kind: "torn", at };
    else yield { kind: "damage" };
    at = next ?? bytes.length;
  }
}

/** The payload of the right frame at this place; undefined if there is none. */
function payloadAt(bytes: Buffer, at: number): Buffer | undefined {
  const payloadStart = at + FRAME_HEADER_SIZE_BYTES;
  if (payloadStart > bytes.length) return undefined;
  if (bytes[at] !== MARKER[0] || bytes[at + 1] !== MARKER[1]) return undefined;
  const payloadEnd = payloadStart + bytes.readUInt32LE(at + LENGTH_AT);
  if (payloadEnd > bytes.length) return undefined;
  const payload = bytes.subarray(payloadStart, payloadEnd);
  return crc32(payload) === bytes.readUInt32LE(at + CHECKSUM_AT) ? payload : undefined;
}

function nextFrame(bytes: Buffer, from: number): number | undefined {
  for (let at = bytes.indexOf(MARKER, from); at >= 0; at = bytes.indexOf(MARKER, at + 1)) {
    if (payloadAt(bytes, at) !== undefined) return at;
  }
  return undefined;
}

/** True if the file could end here because a frame was being written. */
function isCutFrame(bytes: Buffer, at: number): boolean {
  const rest = bytes.length - at;
  const known = Math.min(rest, MARKER.length);
  if (!bytes.subarray(at, at + known).equals(MARKER.subarray(0, known))) return false;
  if (rest < FRAME_HEADER_SIZE_BYTES) return true;
  return FRAME_HEADER_SIZE_BYTES + bytes.readUInt32LE(at + LENGTH_AT) > rest;
}
