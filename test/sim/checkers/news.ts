/**
 * I25: nobody hears of an alert for the first time before its sender has a yes, but when there was none for
 * three seconds in which a quorum could have given it.
 */
import { CUTTING, REPLACING } from "../faults/index.ts";
import { alertName, type ClientAlert } from "../history.ts";
import type { Attempt } from "../world/receivers.ts";
import { groupIn, type Watch } from "./watch.ts";

/** Three seconds, less what clocks may differ. */
const UNCONFIRMED_MIN_MS = 2_500;
/** Some owners may be together all the time. */
const PARTLY_CUTTING = CUTTING.filter((kind) => kind !== "isolate");

export function checkNews(watch: Watch, attempt: Attempt): void {
  const { firstByteMs: nowMs, from, tenant } = attempt;
  // Who is cut off waits for nobody's yes.
  if (attempt.isAlone) return;
  const firing = new Set(attempt.alerts.flatMap((one) => (one.resolved ? [] : one.name)));
  for (const alert of watch.history.alertsOf(tenant, groupIn(attempt.group))) {
    if (!firing.has(alertName(alert)) || alert.writes.some(({ ackedMs }) => ackedMs !== undefined))
      continue;
    const waitedMs = nowMs - soonestYesMs(watch, alert, nowMs);
    if (waitedMs >= UNCONFIRMED_MIN_MS) continue;
    const message = `${from} tells of ${alertName(alert)}, whose sender had no yes`;
    watch.history.violate("I25", nowMs, message);
  }
}

/** When its sender could have had a yes at the earliest; -Infinity: it may have been on its way. */
function soonestYesMs({ faults }: Watch, alert: ClientAlert, nowMs: number): number {
  const beganMs = Math.min(...alert.writes.map((one) => one.beganMs));
  const since = { fromMs: beganMs, untilMs: nowMs };
  if (faults.touched([...REPLACING, ...PARTLY_CUTTING], since)) return -Infinity;
  const apart = faults.during(["isolate"], since).map(({ untilMs }) => untilMs);
  return Math.max(beganMs, ...apart);
}
