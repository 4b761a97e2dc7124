/**
 * A client's alerts in portions that owners can store in one act each. Mostly all of them are one; but a
 * tenant may have routes on which one alert takes as long as ten thousand.
 */
import type { PostedAlert } from "@tocsin/domain/alert";
import { sizeOfRouting } from "../tenant/routing-size.ts";
import type { TenantSettings } from "../tenant/settings.ts";

/** Some 5 ms, in alerts. */
const PORTION_WORK_MAX = 500;

export interface Portion {
  readonly portion: readonly PostedAlert[];
  /** What to wait for a turn for, in alerts; 0: nothing. */
  readonly work: number;
}

/** An empty list is a portion, too: it is answered like any other. */
export function portionsOf(
  alerts: readonly PostedAlert[],
  settings: TenantSettings,
): readonly Portion[] {
  const portions: Portion[] = [];
  let start = 0;
  let work = 0;
  for (const [at, { labels }] of alerts.entries()) {
    const alertWork = sizeOfRouting(settings, labels);
    if (at > start && work + alertWork > PORTION_WORK_MAX) {
      portions.push({ portion: alerts.slice(start, at), work });
      [start, work] = [at, 0];
    }
    work += alertWork;
  }
  const isAll = start === 0;
  const isFew = work <= alerts.length;
  portions.push({
    portion: isAll ? alerts : alerts.slice(start),
    work: isAll && isFew ? 0 : work,
  });
  return portions;
}
