/**
 * Private keys of the kinds that Go's TLS knows. Nothing else is even parsed: of a DSA key OpenSSL works the
 * public part out, which takes minutes if somebody has made it large.
 */
import { createPrivateKey, type KeyObject } from "node:crypto";
import type { Block } from "./pem.ts";

/** To sign with a larger one stops everything else for too long; Go's servers refuse it, too. */
export const RSA_BITS_MAX = 8_192;

const SIZE_MAX = 32 * 1024;

/** By the type of the block. */
const ENCODINGS = {
  "PRIVATE KEY": "pkcs8",
  "RSA PRIVATE KEY": "pkcs1",
  "EC PRIVATE KEY": "sec1",
} as const;

/** RSA, RSA-PSS, EC and Ed25519. */
const PKCS8_ALGORITHMS: ReadonlySet<string> = new Set([
  "2a864886f70d010101",
  "2a864886f70d01010a",
  "2a8648ce3d0201",
  "2b6570",
]);

/** Undefined also for one with a passphrase, which nobody could give. */
export function privateKeyOf({ type, text }: Block): KeyObject | undefined {
  if (!isKnown(type) || text.length > SIZE_MAX) return undefined;
  const encoding = ENCODINGS[type];
  const key = Buffer.from(text.replace(/^-.*|-.*$/gm, ""), "base64");
  if (encoding === "pkcs8" && !PKCS8_ALGORITHMS.has(algorithmOf(key))) return undefined;
  try {
    return createPrivateKey({ key, format: "der", type: encoding });
  } catch {
    return undefined;
  }
}

function isKnown(type: string): type is keyof typeof ENCODINGS {
  return Object.hasOwn(ENCODINGS, type);
}

/** The object identifier in hex: a sequence of the version and of a sequence that begins with it. */
function algorithmOf(der: Buffer): string {
  const outer = contentAt(der, 0);
  const version = contentAt(der, outer.at);
  const inner = contentAt(der, version.at + version.sizeBytes);
  const { at, sizeBytes } = contentAt(der, inner.at);
  return der.toString("hex", at, at + sizeBytes);
}

/** Where the content of the element lies; its length has one byte, or says of how many it is. */
function contentAt(der: Buffer, at: number): { readonly at: number; readonly sizeBytes: number } {
  const first = der[at + 1] ?? 0;
  if (first < 128) return { at: at + 2, sizeBytes: first };
  const contentFrom = at + 2 + first - 128;
  let sizeBytes = 0;
  for (const byte of der.subarray(at + 2, contentFrom)) sizeBytes = sizeBytes * 256 + byte;
  return { at: contentFrom, sizeBytes };
}
