/**
 * Whether texts are certificates and keys in PEM, as Go's `x509.CertPool.AppendCertsFromPEM` and
 * `tls.X509KeyPair` judge it, and in their words.
 */
import { X509Certificate } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { privateKeyOf, RSA_BITS_MAX } from "./private-key.ts";

export interface Block {
  /** Such as `CERTIFICATE`. */
  readonly type: string;
  /** With its first and its last line. */
  readonly text: string;
}

/** So many certificates that are none take some milliseconds. */
const TRIES_IN_A_ROW = 100;
const BEGIN = "-----BEGIN ";
const END = "-----END ";
const DASHES = "-----";

/** Whether a text has any certificate; all else in it is passed over. */
export async function hasCertificate(pem: string): Promise<boolean> {
  let tries = 0;
  for (const { type, text } of blocksOf(pem)) {
    if (type !== "CERTIFICATE") continue;
    if (certificateOf(text) !== undefined) return true;
    tries += 1;
    if (tries % TRIES_IN_A_ROW === 0) await setImmediate();
  }
  return false;
}

export interface KeyPairFault {
  readonly of: "cert" | "key";
  readonly words: string;
}

/** Undefined: the key belongs to the first certificate. */
export function findKeyPairFault(certPem: string, keyPem: string): KeyPairFault | undefined {
  const leaf = firstOf(certPem, (type) => type === "CERTIFICATE");
  if (leaf.block === undefined) return { of: "cert", words: lacksCertificate(leaf.skipped) };
  const found = firstOf(keyPem, (type) => /(^| )PRIVATE KEY$/.test(type));
  if (found.block === undefined) return { of: "key", words: lacksKey(found.skipped) };
  const cert = certificateOf(leaf.block.text);
  if (cert === undefined) return { of: "cert", words: "x509: malformed certificate" };
  const key = privateKeyOf(found.block);
  if (key === undefined) return { of: "key", words: "tls: failed to parse private key" };
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) > RSA_BITS_MAX) {
    return { of: "key", words: `the RSA key is larger than ${RSA_BITS_MAX} bits` };
  }
  if (cert.checkPrivateKey(key)) return undefined;
  const isOfType = cert.publicKey.asymmetricKeyType === key.asymmetricKeyType;
  const what = isOfType ? "private key" : "private key type";
  const than = isOfType ? "public key" : "public key type";
  return { of: "key", words: `tls: ${what} does not match ${than}` };
}

function lacksCertificate(skipped: readonly string[]): string {
  const [only, ...more] = skipped;
  if (only === undefined) return "tls: failed to find any PEM data in certificate input";
  if (more.length === 0 && only.endsWith("PRIVATE KEY")) {
    return (
      "tls: failed to find certificate PEM data in certificate input, but did find a private key; " +
      "PEM inputs may have been switched"
    );
  }
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input after ${listed(skipped)}`;
}

function lacksKey(skipped: readonly string[]): string {
  const [only, ...more] = skipped;
  if (only === undefined) return "tls: failed to find any PEM data in key input";
  if (more.length === 0 && only === "CERTIFICATE") {
    return "tls: found a certificate rather than a key in the PEM for the private key";
  }
  return (
    'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after ' +
    listed(skipped)
  );
}

function listed(types: readonly string[]): string {
  return `skipping PEM blocks of the following types: [${types.slice(0, 10).join(" ")}]`;
}

function firstOf(
  pem: string,
  isWanted: (type: string) => boolean,
): { readonly block: Block | undefined; readonly skipped: readonly string[] } {
  const skipped: string[] = [];
  for (const block of blocksOf(pem)) {
    if (isWanted(block.type)) return { block, skipped };
    skipped.push(block.type);
  }
  return { block: undefined, skipped };
}

/**
 * Looks at each place once, whatever is missing. As Go's `pem.Decode` has it a block begins at the last BEGIN
 * before its END.
 */
function* blocksOf(pem: string): Generator<Block, void, undefined> {
  let from = 0;
  for (let endAt = pem.indexOf(END); endAt !== -1; endAt = pem.indexOf(END, from)) {
    const upToEnd = pem.slice(from, endAt);
    from = endAt + END.length;
    const at = upToEnd.lastIndexOf(BEGIN);
    if (at === -1) continue;
    const typeAt = at + BEGIN.length;
    const dashesAt = upToEnd.indexOf(DASHES, typeAt);
    if (dashesAt === -1) continue;
    const type = upToEnd.slice(typeAt, dashesAt);
    const last = `${END}${type}${DASHES}`;
    if (!pem.startsWith(last, endAt)) continue;
    from = endAt + last.length;
    yield { type, text: upToEnd.slice(at) + last };
  }
}

function certificateOf(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
