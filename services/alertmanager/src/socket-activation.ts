import { AppError } from "@tocsin/foundation";
import type { Environment } from "./service-manager.ts";

/** The first one that systemd hands over; before it are input, outputs and errors. */
const FIRST_FD = 3;

/**
 * What systemd listens on for this process (`--web.systemd-socket`), as addresses for `HttpApi.listen`.
 * Throws when it handed nothing over.
 */
export function systemdSockets(environment: Environment, pid: number): readonly string[] {
  const count = Number(environment["LISTEN_FDS"] ?? 0);
  const isMeant = environment["LISTEN_PID"] === String(pid);
  if (!isMeant || !Number.isSafeInteger(count) || count < 1) {
    throw new AppError(
      "invalid-argument",
      "alertmanager/app: no socket activation file descriptors found: start it by a socket unit of systemd",
    );
  }
  return Array.from({ length: count }, (_, at) => `fd:${FIRST_FD + at}`);
}
