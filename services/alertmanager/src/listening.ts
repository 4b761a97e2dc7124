import { AppError, type Logger } from "@tocsin/foundation";
import { UnservedError } from "@tocsin/http-api";
import { parseListenAddress } from "./flags/index.ts";

/** Listens with `listen`; a failure is told in the words of Alertmanager, which scripts look for. */
export async function listenOn(
  address: string,
  listen: (address: string) => Promise<string>,
): Promise<string> {
  // What systemd hands over listens already.
  if (address.startsWith("fd:")) return listen(address);
  const parsed = parseListenAddress(address);
  if (!parsed.ok) {
    // A port may be the name of a service there; here it is a number.
    const why = parsed.problem.replace(
      /^address ([^-+\d].*): invalid port$/,
      "lookup tcp/$1: unknown port",
    );
    throw refused(address, `listen tcp: ${why}`);
  }
  try {
    return await listen(address);
  } catch (error) {
    const { cause } = AppError.from(error);
    // Every error of Node's sockets has a code; what has none is no refusal of the address.
    const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? "";
    if (code === "ENOTFOUND")
      throw refused(address, `listen tcp: lookup ${hostOf(address)}: no such host`);
    const words = WORDS.get(code);
    if (words === undefined) throw error;
    throw refused(address, `listen tcp ${address}: bind: ${words}`);
  }
}

/** Tells what `--web.config.file` has that cannot be served, and gives back what ends the process. */
export function toldUnserved(thrown: unknown, logger: Logger): unknown {
  if (!(thrown instanceof UnservedError)) return thrown;
  const { address, words, message } = thrown;
  const details = message === words ? undefined : { faults: message };
  logger.log("info", "Listening on", { address });
  logger.log("error", "Listen error", { err: words, ...details });
  return new AppError("invalid-argument", `alertmanager: HTTP listener failed: ${words}`);
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ["EADDRINUSE", "address already in use"],
  ["EADDRNOTAVAIL", "cannot assign requested address"],
  ["EACCES", "permission denied"],
]);

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(":"));
}

function refused(address: string, why: string): AppError {
  return new AppError("unavailable", `alertmanager/app: listen "${address}": ${why}`);
}
