/**
 * The very end. A thread of Node's pool that hangs in the system, because a disk does not answer, keeps the
 * process from ending for as long: `process.exit` waits for it without a word. Nothing of ours waits for that
 * file any more, so after a second the process is ended by force.
 */
import type { Clock, Logger } from "@tocsin/foundation";

export interface EndDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** What of Node's is needed; the process's own, but for tests. */
  readonly host?: EndHost;
}

export interface EndHost {
  /** As `process.getActiveResourcesInfo`. */
  readonly activeResources: () => readonly string[];
  readonly exit: (code: number) => void;
  readonly kill: () => void;
}

const HANGING_AFTER_MS = 1_000;
const POLL_MS = 20;

/** Ends the process with this code, or by SIGKILL if the system does not let go of a file. */
export async function endProcess(deps: EndDeps, exitCode: number): Promise<void> {
  const { clock, logger, host = PROCESS } = deps;
  const never = new AbortController().signal;
  const lateMs = clock.monotonicMs() + HANGING_AFTER_MS;
  while (waitsForFiles(host)) {
    if (clock.monotonicMs() >= lateMs) {
      logger.log("warn", "Ends by SIGKILL, as the system does not let go of a file");
      host.kill();
      return;
    }
    await clock.sleep(POLL_MS, never);
  }
  host.exit(exitCode);
}

function waitsForFiles({ activeResources }: EndHost): boolean {
  return activeResources().some((name) => name.startsWith("FSReq"));
}

const PROCESS: EndHost = {
  activeResources: () => process.getActiveResourcesInfo(),
  exit: (code) => process.exit(code),
  kill: () => process.kill(process.pid, "SIGKILL"),
};
