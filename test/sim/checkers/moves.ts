/**
 * I20: joins, leaves and restarts without a crash hurry nothing, and where nothing else is wrong they
 * repeat and lose nothing either.
 */
import { GRACEFUL } from "../faults/index.ts";
import { GROUP_INTERVAL_MS, GROUP_WAIT_MS } from "../scenario.ts";
import type { Attempt } from "../world/receivers.ts";
import { groupIn, type Watch } from "./watch.ts";

/** The clocks by which ticks are due. */
const SLACK_MS = 600;
/** Ticks are a schedule: a message that came by the third in order is followed by one that is in time. */
const TURN_MAX_MS = 2_000;
/** A group whose first alert is older than `group_wait` is flushed this soon (S-27). */
const URGENT_MS = 50;

/** To be called when duplicates and losses have been looked for. */
export function checkMoves(watch: Watch): void {
  const { history, faults, world } = watch;
  // Configurations regroup alerts, and groups that are made anew have a schedule of their own.
  if (history.configs.some(({ writes }) => writes.length > 0)) return;
  if (faults.all.length === 0 || !faults.all.every(({ kind }) => GRACEFUL.includes(kind))) return;
  for (const { invariant, atMs, message } of history.violations) {
    if (CHANGED.includes(invariant)) history.violate("I20", atMs, message);
  }
  const last = new Map<string, Attempt>();
  for (const attempt of world.receiver.attempts) {
    const earlier = last.get(attempt.key);
    last.set(attempt.key, attempt);
    const hurry = earlier === undefined ? firstIn(watch, attempt) : nextIn(earlier, attempt);
    if (hurry >= -SLACK_MS) continue;
    const message = `${attempt.from} sends ${attempt.group} ${(-hurry).toFixed(0)} ms before its tick`;
    history.violate("I20", attempt.firstByteMs, message);
  }
}

/** Told twice, told late or never, contradicted. */
const CHANGED: readonly string[] = ["I10", "I11", "I12", "I13", "I14", "I18", "I22"];

/** How long after its earliest tick a group's first message comes. */
function firstIn({ history }: Watch, attempt: Attempt): number {
  const writes = history
    .alertsOf(attempt.tenant, groupIn(attempt.group))
    .flatMap((alert) => alert.writes);
  const bornMs = Math.min(...writes.map(({ beganMs }) => beganMs));
  return attempt.firstByteMs - bornMs - Math.max(GROUP_WAIT_MS, URGENT_MS);
}

/** How long after the tick that follows the earlier message, which may have been late itself. */
function nextIn(earlier: Attempt, attempt: Attempt): number {
  return attempt.firstByteMs - earlier.firstByteMs - GROUP_INTERVAL_MS + TURN_MAX_MS;
}
