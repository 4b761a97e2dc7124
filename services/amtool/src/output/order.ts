/** In which order things are shown; equal ones stay as the server sent them. */
import { isIPv4 } from "node:net";
import type { ApiAlert, ApiCluster, ApiSilence } from "../client/models.ts";

/** The one that ends first comes first. */
export function byEnd(silences: readonly ApiSilence[]): readonly ApiSilence[] {
  return silences.toSorted((left, right) => Date.parse(left.endsAt) - Date.parse(right.endsAt));
}

/** The one that started first comes first. */
export function byStart(alerts: readonly ApiAlert[]): readonly ApiAlert[] {
  return alerts.toSorted((left, right) => Date.parse(left.startsAt) - Date.parse(right.startsAt));
}

/** By address, number by number, then by port. */
export function byAddress(peers: ApiCluster["peers"]): ApiCluster["peers"] {
  const keyed = peers.map((peer) => ({ peer, key: addressKey(peer.address) }));
  return keyed.toSorted((left, right) => compareKeys(left.key, right.key)).map(({ peer }) => peer);
}

type AddressKey = readonly [host: string, port: number];

function addressKey(address: string): AddressKey {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[|\]$/g, "");
  const port = Number(address.slice(colon + 1)) || 0;
  // Numbers of one length compare as texts do; an IPv6 address is shown in full or nearly so.
  const padded = isIPv4(host) ? host.replace(/\d+/g, (part) => part.padStart(3, "0")) : host;
  return [padded, port];
}

function compareKeys(left: AddressKey, right: AddressKey): number {
  if (left[0] !== right[0]) return left[0] < right[0] ? -1 : 1;
  return left[1] - right[1];
}
