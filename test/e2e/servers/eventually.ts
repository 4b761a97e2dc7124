import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 25;
const DEADLINE_MS = 30_000;

/** Polls until the condition holds; throws with `what` was waited for when that takes too long. */
export async function eventually(
  what: string | (() => string),
  condition: () => boolean | Promise<boolean>,
  deadlineMs: number = DEADLINE_MS,
): Promise<void> {
  const giveUpAtMs = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > giveUpAtMs) {
      const wanted = typeof what === "string" ? what : what();
      throw new Error(`Not within ${deadlineMs} ms: ${wanted}`);
    }
    await delay(POLL_MS);
  }
}
