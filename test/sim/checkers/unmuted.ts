/** I10 of what was muted: it is told when its silence has been ended, or the alert that inhibited it has. */
import { REPLACING } from "../faults/index.ts";
import type { AlertWrite, ClientAlert } from "../history.ts";
import { placesOf, sourceOf } from "../scenario.ts";
import { deadline, firesUntil, tellsOf } from "./told.ts";
import { isOutvoted, type Watch } from "./watch.ts";

export function checkUnmuted(watch: Watch): void {
  for (const alert of watch.history.alerts) {
    const first = alert.writes.find(({ ackedMs }) => ackedMs !== undefined);
    const freeMs = freeSinceMs(watch, alert);
    if (freeMs === undefined || first?.ackedMs === undefined || !first.firing) continue;
    // Owners have heard of the one and of the other.
    const dueMs = Math.max(deadline(watch, freeMs, alert), deadline(watch, first.ackedMs, alert));
    if (dueMs > watch.world.events.nowMs || !firesUntil(alert, first, dueMs)) continue;
    for (const place of placesOf(alert.group)) {
      const isTold = tellsOf(watch, alert, place).some(
        ({ resolved, acceptedMs }) => !resolved && acceptedMs <= dueMs,
      );
      if (isTold) continue;
      const what = `${alert.group} of "${alert.tenant}" is muted no more since ${freeMs.toFixed(0)}`;
      watch.history.violate("I10", dueMs, `${what}, and was not told to ${place}`);
    }
  }
}

/** When what muted it was over for good; undefined: nothing ever did, or it never was. */
function freeSinceMs(watch: Watch, { tenant, group }: ClientAlert): number | undefined {
  const { history, faults } = watch;
  if (group.startsWith("I")) {
    const [source] = history.alertsOf(tenant, sourceOf(group));
    const isEnd = (write: AlertWrite): boolean =>
      !write.firing && write.ackedMs !== undefined && !isOutvoted(watch, write);
    return source?.writes.find(isEnd)?.ackedMs;
  }
  const silence = history.silences.find((one) => one.tenant === tenant && one.group === group);
  if (silence?.expireAckedMs === undefined) return undefined;
  // Whoever refuses a new silence takes it back, but for one that falls before it can.
  const { createBeganMs: fromMs = 0, createAckedMs: untilMs = fromMs } = silence;
  if (silence.createTries > 1 && faults.touched(REPLACING, { fromMs, untilMs })) return undefined;
  // A change that crosses the end may make another silence, which its client ends then, if it can.
  const overMs = silence.updates.map(({ ackedMs }) => ackedMs ?? Infinity);
  const freeMs = Math.max(silence.expireAckedMs, ...overMs);
  return freeMs === Infinity ? undefined : freeMs;
}
