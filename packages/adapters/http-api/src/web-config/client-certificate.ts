import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { ClientPolicy } from "./tls-options.ts";

/** Why a client may not stay after its handshake; undefined when it may. */
export function findClientProblem(socket: TLSSocket, policy: ClientPolicy): string | undefined {
  if (!policy.asks) return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) {
    return policy.needsOne ? "it has shown no certificate" : undefined;
  }
  if (policy.verifiesIfGiven && !socket.authorized) {
    return `its certificate is not accepted: ${String(socket.authorizationError)}`;
  }
  const { allowedSans } = policy;
  if (allowedSans === undefined) return undefined;
  const isAllowed = alternativeNames(certificate).some((name) => allowedSans.has(name));
  return isAllowed ? undefined : "no name of its certificate is in client_allowed_sans";
}

/** One `TYPE:value`; a value with anything special in it is written in quotes, as JSON. */
const NAME = /(?:^|, )([A-Za-z ]+):(?:("(?:[^"\\]|\\.)*")|([^,"]*))(?=, |$)/gy;
const TYPES: ReadonlySet<string> = new Set(["DNS", "IP Address", "URI", "email"]);

/** DNS names, addresses, URIs and mail addresses of a certificate. */
export function alternativeNames({
  subjectAltName,
}: Pick<X509Certificate, "subjectAltName">): readonly string[] {
  return [...(subjectAltName ?? "").matchAll(NAME)]
    .filter(([, type = ""]) => TYPES.has(type))
    .map(([, , quoted, plain = ""]) =>
      // A JSON string is all that the quotes can hold.
      quoted === undefined ? plain : (JSON.parse(quoted) as string),
    );
}
