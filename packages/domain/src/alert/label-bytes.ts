import type { LabelSet } from "../model/index.ts";
import { bytesFromText } from "../text/index.ts";

const SEPARATOR = 0xff;

/** What label sets are hashed by: name, 0xFF, value, 0xFF for each pair in the order of names (S-1). */
export function labelBytes(labels: LabelSet): Uint8Array {
  const { names, values } = labels;
  const ascii = writeAscii(labels);
  if (ascii !== undefined) return ascii;
  const separator = Uint8Array.of(SEPARATOR);
  const parts = names.flatMap((name, at) => [
    bytesFromText(name),
    separator,
    bytesFromText(values[at] ?? ""),
    separator,
  ]);
  return Buffer.concat(parts);
}

function writeAscii({ names, values }: LabelSet): Uint8Array | undefined {
  let size = 0;
  for (let at = 0; at < names.length; at += 1) {
    size += (names[at]?.length ?? 0) + (values[at]?.length ?? 0) + 2;
  }
  const bytes = new Uint8Array(size);
  let end = 0;
  for (let at = 0; at < names.length; at += 1) {
    for (const text of [names[at] ?? "", values[at] ?? ""]) {
      for (let index = 0; index < text.length; index += 1) {
        const code = text.charCodeAt(index);
        if (code > 0x7f) return undefined;
        bytes[end] = code;
        end += 1;
      }
      bytes[end] = SEPARATOR;
      end += 1;
    }
  }
  return bytes;
}
