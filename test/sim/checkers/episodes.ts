/**
 * I26: an alert that ended and fires again is told with the start of the episode that is on, whoever missed
 * the end of the one before: by the writes that were acknowledged the two do not overlap.
 */
import { isBefore, type AlertWrite, type ClientAlert } from "../history.ts";
import type { Attempt } from "../world/receivers.ts";
import { trueEpochMs } from "../world/sim-process.ts";
import { groupIn, LOOK_AGE_MAX_MS, type Watch } from "./watch.ts";

export function checkEpisodes({ history }: Watch, attempt: Attempt): void {
  // A minority may not know of the end.
  if (attempt.isAlone) return;
  const told = new Map(attempt.alerts.map((alert) => [alert.name, alert]));
  for (const alert of history.alertsOf(attempt.tenant, groupIn(attempt.group))) {
    const { name } = alert;
    const { startsAtMs = Infinity, number = 0 } = told.get(name) ?? {};
    const write = alert.writes[number - 1];
    if (write === undefined || write.startsAtMs <= startsAtMs) continue;
    const end = alert.writes.find((one) => isKnownEnd(one, startsAtMs, attempt));
    if (end === undefined || !isBetween(alert, end, write)) continue;
    const message = `${name} is told with the start of an episode that write ${end.number} ended`;
    history.violate("I26", attempt.firstByteMs, message);
  }
}

/** The end of an episode that began no earlier, and was acknowledged when its sender looked. */
function isKnownEnd(
  { firing, startsAtMs, ackedMs }: AlertWrite,
  sinceMs: number,
  { firstByteMs }: Attempt,
): boolean {
  if (firing || ackedMs === undefined || startsAtMs < sinceMs) return false;
  return ackedMs < firstByteMs - LOOK_AGE_MAX_MS;
}

/** The write begins another episode after this end, and nothing that fires may have come after the end. */
function isBetween({ writes }: ClientAlert, end: AlertWrite, write: AlertWrite): boolean {
  if (lastEndMs(writes, end) > write.startsAtMs || !isBefore(end, write)) return false;
  return writes.every(
    (one) => !one.firing || one.startsAtMs >= write.startsAtMs || isBefore(one, end),
  );
}

/**
 * When the episode was over for whoever took this end. If it had run out until then, the later of the two
 * ends stands (S-7), as upstream's one store would have it: a post that begins before that joins the episode.
 */
function lastEndMs(writes: readonly AlertWrite[], end: AlertWrite): number {
  const takenMs = trueEpochMs + (end.ackedMs ?? Infinity);
  const last = writes.findLast(
    ({ firing, number, ackedMs }) => firing && number < end.number && ackedMs !== undefined,
  );
  const ranOut = last !== undefined && last.endsAtMs <= takenMs;
  return ranOut ? Math.max(end.endsAtMs, last.endsAtMs) : end.endsAtMs;
}
