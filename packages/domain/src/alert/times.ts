import { ZERO_TIME_MS, type AlertTimes, type Instant, type SentTimes } from "../model/index.ts";

export { ZERO_TIME_MS, type AlertTimes };

/** True for an instant that is given and is not Go's zero time, which senders write for "not set". */
export function isSet(instant: Instant | undefined): instant is Instant {
  return instant !== undefined && (instant.ms !== ZERO_TIME_MS || instant.subNs !== 0);
}

export function startOf({ startsAtMs, sent }: AlertTimes): Instant {
  return {
    ms: startsAtMs,
    subNs: sent?.startSubNs ?? 0,
    offsetMin: sent?.startOffsetMin ?? 0,
  };
}

export function endOf({ endsAtMs, sent }: AlertTimes): Instant {
  return { ms: endsAtMs, subNs: sent?.endSubNs ?? 0, offsetMin: sent?.endOffsetMin ?? 0 };
}

/** Packs two instants; most need no `sent`. */
export function timesFrom(start: Instant, end: Instant): AlertTimes {
  const isPlain = (instant: Instant): boolean => instant.subNs === 0 && instant.offsetMin === 0;
  const sent: SentTimes | undefined =
    isPlain(start) && isPlain(end)
      ? undefined
      : {
          startSubNs: start.subNs,
          startOffsetMin: start.offsetMin,
          endSubNs: end.subNs,
          endOffsetMin: end.offsetMin,
        };
  return { startsAtMs: start.ms, endsAtMs: end.ms, sent };
}

/** Negative if the first is earlier. The zone does not count. */
export function compareInstants(left: Instant, right: Instant): number {
  return left.ms - right.ms || left.subNs - right.subNs;
}
