/** An address to listen on. An empty host means all interfaces, port 0 a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export type ListenAddressParse =
  | { readonly ok: true; readonly address: ListenAddress }
  | { readonly ok: false; readonly problem: string };

const PORT_MAX = 65_535;

/** Reads `host:port`, `:port` or `[v6]:port`. The problems are worded as Go's `net.Listen` does. */
export function parseListenAddress(text: string): ListenAddressParse {
  const colon = text.lastIndexOf(":");
  if (colon === -1) return refuse(`address ${text}: missing port in address`);
  const host = text.slice(0, colon);
  if (host.startsWith("[") && !host.endsWith("]")) {
    return refuse(`address ${text}: missing ']' in address`);
  }
  const bracketed = /^\[([^[\]]*)\]$/.exec(host)?.[1];
  if (bracketed === undefined && host.includes(":")) {
    return refuse(`address ${text}: too many colons in address`);
  }
  const portText = text.slice(colon + 1);
  const port = portText === "" ? 0 : Number(portText);
  if (!/^\d*$/.test(portText) || port > PORT_MAX)
    return refuse(`address ${portText}: invalid port`);
  return { ok: true, address: { host: bracketed ?? host, port } };
}

function refuse(problem: string): ListenAddressParse {
  return { ok: false, problem };
}
