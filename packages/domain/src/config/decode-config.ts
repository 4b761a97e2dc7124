/** The bytes of a configuration file as text. */
import { placeOf, type ConfigProblem } from "./schema/scope.ts";
import { decodeBytes } from "./yaml/source.ts";

export type DecodedConfig =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: ConfigProblem };

/** Bytes may be UTF-8 or, with a byte order mark, UTF-16. What they are not is told with its place. */
export function decodeConfig(bytes: Uint8Array): DecodedConfig {
  const text = decodeBytes(bytes);
  return text === undefined ? { ok: false, problem: faultIn(bytes) } : { ok: true, text };
}

function faultIn(bytes: Uint8Array): ConfigProblem {
  let at = 0;
  let words = wordsFor(bytes);
  while (words === undefined && at < bytes.length) {
    at += widthOf(bytes[at] ?? 0);
    words = wordsFor(bytes.subarray(at, at + 4));
  }
  const before = new TextDecoder().decode(bytes.subarray(0, at));
  const octet = (bytes[at] ?? 0).toString(16).padStart(2, "0");
  return {
    message: `Cannot read the configuration: its bytes are not valid UTF-8 (0x${octet} at byte ${at})`,
    ...placeOf(before, before.length),
    upstream: `yaml: ${words}`,
  };
}

/** How many bytes a character has that begins so; 0: none does. */
function widthOf(byte: number): number {
  if ((byte & 0x80) === 0) return 1;
  if ((byte & 0xe0) === 0xc0) return 2;
  if ((byte & 0xf0) === 0xe0) return 3;
  return (byte & 0xf8) === 0xf0 ? 4 : 0;
}

/** What upstream's reader of YAML says of the first character; undefined: it is right. */
function wordsFor(bytes: Uint8Array): string | undefined {
  const [lead = 0, ...rest] = bytes.subarray(0, 4);
  const width = widthOf(lead);
  if (width === 0) return "invalid leading UTF-8 octet";
  const trail = rest.slice(0, width - 1);
  if (trail.some((byte) => (byte & 0xc0) !== 0x80)) return "invalid trailing UTF-8 octet";
  if (trail.length < width - 1) return "incomplete UTF-8 octet sequence";
  let code = width === 1 ? lead : lead & (0xff >> (width + 1));
  for (const byte of trail) code = code * 64 + (byte & 0x3f);
  if (code < (CODE_MIN_BY_WIDTH[width] ?? 0)) return "invalid length of a UTF-8 sequence";
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return isSurrogate || code > 0x10_ffff ? "invalid Unicode character" : undefined;
}

const CODE_MIN_BY_WIDTH = [0, 0, 0x80, 0x800, 0x1_0000];
