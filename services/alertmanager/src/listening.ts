import { AppError } from "@tocsin/foundation";
import { parseListenAddress } from "./flags/index.ts";

/** Listens with `listen`; a failure is told in the words of Alertmanager, which scripts look for. */
export async function listenOn(
  address: string,
  listen: (address: string) => Promise<string>,
): Promise<string> {
  // What systemd hands over listens already.
  if (address.startsWith("fd:")) return listen(address);
  const parsed = parseListenAddress(address);
  if (!parsed.ok) throw refused(address, `listen tcp: ${parsed.problem}`);
  try {
    return await listen(address);
  } catch (error) {
    const { cause } = AppError.from(error);
    // Every error of Node's sockets has a code; what has none is no refusal of the address.
    const words = WORDS.get((cause as NodeJS.ErrnoException | undefined)?.code ?? "");
    if (words === undefined) throw error;
    throw refused(address, `listen tcp ${address}: bind: ${words}`);
  }
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ["EADDRINUSE", "address already in use"],
  ["EADDRNOTAVAIL", "cannot assign requested address"],
  ["EACCES", "permission denied"],
]);

function refused(address: string, why: string): AppError {
  return new AppError("unavailable", `alertmanager/app: listen "${address}": ${why}`);
}
