import { bytesFromText, textFromBytes } from "../../text/index.ts";
import { BYTES, UINT8 } from "./types.ts";
import { GoInteger, GoSlice } from "./values.ts";

/** A `[]byte` from a Go string. */
export function bytesValue(text: string): GoSlice {
  const bytes = Array.from(bytesFromText(text), (byte) => new GoInteger(UINT8, BigInt(byte)));
  return new GoSlice(BYTES, bytes);
}

/** The Go string of a `[]byte`. */
export function bytesOfSlice(slice: GoSlice): string {
  const bytes = slice
    .elements()
    .map((byte) => (byte instanceof GoInteger ? Number(byte.value) : 0));
  return textFromBytes(Uint8Array.from(bytes));
}
