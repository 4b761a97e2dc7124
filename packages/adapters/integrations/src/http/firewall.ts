/**
 * Which addresses notifications may not go to. Whoever writes a tenant's configuration chooses the URL, and
 * the instance connects from inside the operator's network.
 *
 * The address is looked at when a connection is made, after the name was resolved and for each redirect: a
 * name that resolves otherwise a moment later gets nowhere. A literal address is never resolved, so it is
 * looked at by itself.
 */
import { lookup, type LookupAddress, type LookupOptions } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { buildConnector } from "undici";

export interface FirewallRules {
  /** This host, private and link-local networks, and all else that is not an address of the internet. */
  readonly blocksPrivate: boolean;
  /** In CIDR notation, as `networkOf` reads it. */
  readonly networks: readonly Network[];
}

export interface Network {
  readonly address: string;
  readonly prefix: number;
  readonly family: "ipv4" | "ipv6";
}

/** Special-purpose addresses of IANA's registries for IPv4 and IPv6. */
const PRIVATE_NETWORKS: readonly string[] = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/128",
  "::1/128",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
  "5f00::/16",
  "fc00::/7",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
];

/** Reads `10.0.0.0/8` or `fc00::/7`; undefined if it is neither. */
export function networkOf(text: string): Network | undefined {
  const [address = "", prefixText = "", ...rest] = text.split("/");
  const version = isIP(address);
  const prefix = /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : Infinity;
  if (version === 0 || rest.length > 0 || prefix > (version === 4 ? 32 : 128)) return undefined;
  return { address, prefix, family: version === 4 ? "ipv4" : "ipv6" };
}

const UNSPECIFIED = new BlockList();
UNSPECIFIED.addAddress("0.0.0.0", "ipv4");
UNSPECIFIED.addAddress("::", "ipv6");

function has(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
}

export class Firewall {
  readonly #blocked = new BlockList();

  constructor({ blocksPrivate, networks }: FirewallRules) {
    const special = blocksPrivate ? PRIVATE_NETWORKS.flatMap((text) => networkOf(text) ?? []) : [];
    for (const { address, prefix, family } of [...special, ...networks]) {
      this.#blocked.addSubnet(address, prefix, family);
    }
  }

  /** Takes an address, not a name. An IPv4 address within an IPv6 one is itself. */
  blocks(address: string): boolean {
    // The zone of a link-local address is no part of it.
    const [bare = ""] = address.split("%");
    // Who connects to no address in particular reaches this host.
    const meant = has(UNSPECIFIED, bare) ? [bare, "127.0.0.1", "::1"] : [bare];
    return meant.some((one) => has(this.#blocked, one));
  }
}

/** Makes connections, but for those to addresses that are blocked. */
export function guardedConnector(
  options: buildConnector.BuildOptions,
  firewall: Firewall,
): buildConnector.connector {
  const connect = buildConnector({ ...options, lookup: guardedLookup(firewall) });
  return (target, callback) => {
    const host = target.hostname.replace(/^\[|\]$/g, "");
    if (isIP(host) !== 0 && firewall.blocks(host)) callback(blocked(host), null);
    else connect(target, callback);
  };
}

function guardedLookup(firewall: Firewall): LookupFunction {
  return (hostname, options: LookupOptions, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found: readonly LookupAddress[]) => {
      if (error !== null) return callback(error, "", 0);
      const open = found.filter(({ address }) => !firewall.blocks(address));
      const [first] = open;
      if (first === undefined) return callback(blocked(hostname), "", 0);
      if (options.all === true) callback(null, open);
      else callback(null, first.address, first.family);
    });
  };
}

function blocked(host: string): NodeJS.ErrnoException {
  return new Error(`blocked address: "${host}" is kept from receivers by --receivers.firewall-*`);
}
