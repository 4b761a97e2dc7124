import { openLoopback } from "./loopback.ts";
import { areNamespacesPermitted, Namespaces } from "./namespaces.ts";
import type { Network, NetworkPlan } from "./network.ts";

export type { Disturbance, Network, Place, Weather } from "./network.ts";

/** `auto`: namespaces where they are permitted, else loopback. */
export async function openNetwork(
  kind: Network["kind"] | "auto",
  plan: NetworkPlan,
): Promise<Network> {
  const isOwn = kind === "auto" ? await areNamespacesPermitted() : kind === "namespaces";
  return isOwn ? Namespaces.open(plan) : openLoopback(plan);
}
