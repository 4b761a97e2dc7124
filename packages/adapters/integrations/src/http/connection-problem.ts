import { isIPv6 } from "node:net";

/** What Node.js adds to the error of a socket. */
interface SocketFault extends Error {
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}

/** Why a receiver was not reached, in the words that people look for in Alertmanager's log. */
export function connectionProblem(error: Error): string {
  // Several addresses that all failed make an error without a message of its own.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const fault: SocketFault = first instanceof Error ? first : error;
  const { code = "", address, port, hostname } = fault;
  if (code === "ENOTFOUND" && hostname !== undefined) {
    return `dial tcp: lookup ${hostname}: no such host`;
  }
  const words = WORDS.get(code);
  if (words === undefined || address === undefined) return fault.message;
  return `dial tcp ${isIPv6(address) ? `[${address}]` : address}:${port}: connect: ${words}`;
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "connection refused"],
  ["EHOSTUNREACH", "no route to host"],
  ["ENETUNREACH", "network is unreachable"],
  ["ETIMEDOUT", "connection timed out"],
]);
