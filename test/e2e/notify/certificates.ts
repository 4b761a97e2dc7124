/** Certificates that a test makes for itself: none expires, and no key lies in the repository. */
import { generateKeyPairSync, randomBytes, type KeyObject, sign } from "node:crypto";
import { isIPv4 } from "node:net";

export interface Holder {
  readonly name: string;
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

interface Wanted {
  readonly name: string;
  readonly isCa: boolean;
  /** Names of hosts and addresses of IPv4. */
  readonly hosts: readonly string[];
}

/** Signed by itself without an issuer. */
export function makeHolder({ name, isCa, hosts }: Wanted, issuer?: Holder): Holder {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const spki = publicKey.export({ type: "spki", format: "der" });
  const constraints = der(0x30, ...(isCa ? [der(0x01, Buffer.of(255))] : []));
  const names = hosts.map((host) =>
    isIPv4(host) ? der(0x87, Buffer.from(host.split(".").map(Number))) : der(0x82, host),
  );
  const extensions = [extension("551d13", constraints)];
  if (names.length > 0) extensions.push(extension("551d11", der(0x30, ...names)));
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1), randomBytes(8)),
    ECDSA_WITH_SHA256,
    nameOf(issuer?.name ?? name),
    der(0x30, der(0x17, "260101000000Z"), der(0x17, "491231235959Z")),
    nameOf(name),
    spki,
    der(0xa3, der(0x30, ...extensions)),
  );
  return { name, key, cert: certificate(body, issuer?.key ?? privateKey) };
}

const ECDSA_WITH_SHA256 = der(0x30, der(0x06, Buffer.from("2a8648ce3d040302", "hex")));

function certificate(body: Buffer, key: string | KeyObject): string {
  const signature = der(0x03, Buffer.of(0), sign("sha256", body, key));
  const text = der(0x30, body, ECDSA_WITH_SHA256, signature).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${text.replace(/.{64}(?=.)/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}

function extension(id: string, value: Buffer): Buffer {
  return der(0x30, der(0x06, Buffer.from(id, "hex")), der(0x04, value));
}

function nameOf(name: string): Buffer {
  const commonName = der(0x30, der(0x06, Buffer.from("550403", "hex")), der(0x0c, name));
  return der(0x30, der(0x31, commonName));
}

function der(tag: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as Buffer)));
  const { length } = body;
  const long = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  const size = length < 128 ? [length] : long;
  return Buffer.concat([Buffer.of(tag, ...size), body]);
}
