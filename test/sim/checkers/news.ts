/**
 * I25: nobody hears of an alert for the first time before its sender has a yes, but when a quorum could have
 * given one for three seconds: to it, or to another that the same message tells for the first time.
 */
import { CUTTING, GRACEFUL, REPLACING } from "../faults/index.ts";
import type { ClientAlert } from "../history.ts";
import type { Attempt } from "../world/receivers.ts";
import { groupIn, YES_UNDER_WAY_MS, type Watch } from "./watch.ts";

/** Three seconds, less what clocks may differ. */
const UNCONFIRMED_MIN_MS = 2_500;
/** Some owners may be together all the time. */
const PARTLY_CUTTING = CUTTING.filter((kind) => kind !== "isolate");

/** To be called at the end, when every yes has arrived. */
export function checkNews(watch: Watch): void {
  const told = new Map<string, Set<string>>();
  for (const attempt of watch.world.receiver.attempts) {
    const place = `${attempt.tenant} ${attempt.place}`;
    const known = told.get(place) ?? new Set();
    const firing = attempt.alerts.flatMap(({ name, resolved }) => (resolved ? [] : name));
    const news = new Set(firing.filter((name) => !known.has(name)));
    // Who is cut off waits for nobody's yes.
    if (!attempt.isAlone) checkMessage(watch, attempt, news);
    told.set(place, new Set([...known, ...firing]));
  }
}

function checkMessage(
  watch: Watch,
  { tenant, group, from, firstByteMs }: Attempt,
  news: ReadonlySet<string>,
): void {
  const alerts = watch.history
    .alertsOf(tenant, groupIn(group))
    .filter((alert) => news.has(alert.name));
  const unsure = alerts.find((alert) => !hasYes(alert, firstByteMs));
  if (unsure === undefined || waitedMs(watch, alerts, firstByteMs) >= UNCONFIRMED_MIN_MS) return;
  const message = `${from} tells of ${unsure.name}, whose sender had no yes`;
  watch.history.violate("I25", firstByteMs, message);
}

function hasYes({ writes }: ClientAlert, atMs: number): boolean {
  return writes.some(({ yesMs = Infinity }) => yesMs <= atMs + YES_UNDER_WAY_MS);
}

/** For how long the first of their senders could have had a yes. */
function waitedMs({ faults }: Watch, alerts: readonly ClientAlert[], nowMs: number): number {
  const beganMs = Math.min(...alerts.flatMap(({ writes }) => writes.map((one) => one.beganMs)));
  const since = { fromMs: beganMs, untilMs: nowMs };
  if (faults.touched([...REPLACING, ...PARTLY_CUTTING], since)) return Infinity;
  const isolations = faults.during(["isolate"], since);
  // Who came meanwhile reaches all, and each of them takes it for one of a quorum.
  if (isolations.length > 0 && faults.touched(GRACEFUL, since)) return Infinity;
  const apartMs = isolations.map(
    ({ fromMs, untilMs }) => Math.min(untilMs, nowMs) - Math.max(fromMs, beganMs),
  );
  return nowMs - beganMs - apartMs.reduce((sum, ms) => sum + ms, 0);
}
