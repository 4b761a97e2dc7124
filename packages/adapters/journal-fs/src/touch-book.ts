/**
 * The short form of alerts that are sent again. Nearly all that is written are re-sends, in which only
 * times and stamps change, and labels and annotations are nine tenths of a record. So for each alert the
 * book holds the last record that the current segment has, in full or by a touch, and a record with the
 * same texts is written as a touch of it.
 *
 * The book is emptied with each new segment: a segment needs no other to be understood. Writer and reader
 * take the same steps in the same order, so both always hold the same base.
 */
import type { AlertTouch } from "@tocsin/codec";
import type { AlertPast, AlertRecord, SentTimes, TenantId } from "@tocsin/domain/model";

/** Alerts of one journal record; on reading `full` comes before `touches`. */
export interface ShortenedAlerts {
  readonly full: AlertRecord[];
  readonly touches: AlertTouch[];
}

export class TouchBook {
  readonly #tenants = new Map<TenantId, Map<number, AlertRecord>>();

  clear(): void {
    this.#tenants.clear();
  }

  /**
   * Sorts alerts into full ones and touches. More than one part comes back only when one alert is there
   * twice and the full record would overtake the touch before it.
   */
  shorten(tenant: TenantId, alerts: readonly AlertRecord[]): readonly ShortenedAlerts[] {
    const bases = this.#basesOf(tenant);
    let part: ShortenedAlerts = { full: [], touches: [] };
    const parts = [part];
    const touched = new Set<number>();
    for (const alert of alerts) {
      const key = keyOf(alert);
      const base = bases.get(key);
      if (base !== undefined && isSameButTimes(base, alert)) {
        part.touches.push(touchOf(base, alert));
        touched.add(key);
      } else {
        if (touched.has(key)) {
          part = { full: [], touches: [] };
          parts.push(part);
          touched.clear();
        }
        part.full.push(alert);
      }
      bases.set(key, alert);
    }
    return parts;
  }

  /** Remembers a full record that was read. */
  learn(tenant: TenantId, alert: AlertRecord): void {
    this.#basesOf(tenant).set(keyOf(alert), alert);
  }

  /** The record that a touch stands for; undefined when its base was lost to damage. */
  expand(tenant: TenantId, touch: AlertTouch): AlertRecord | undefined {
    const bases = this.#basesOf(tenant);
    const key = keyOf(touch);
    const base = bases.get(key);
    if (base === undefined || base.fpHi !== touch.fpHi || base.fpLo !== touch.fpLo)
      return undefined;
    const alert: AlertRecord = {
      ...base,
      endsAtMs: touch.endsAtMs,
      updatedAtMs: touch.updatedAtMs,
      stampUs: touch.stampUs,
      stampBy: touch.stampBy ?? base.stampBy,
      prevUs: touch.prev?.us ?? base.stampUs,
      prevBy: touch.prev?.by ?? base.stampBy,
      keepUntilMs: touch.keepUntilMs,
      timeout: touch.timeout,
      sent: touch.sent ?? base.sent,
      past: touch.past === undefined ? base.past : pastFrom(touch.past),
    };
    bases.set(key, alert);
    return alert;
  }

  #basesOf(tenant: TenantId): Map<number, AlertRecord> {
    let bases = this.#tenants.get(tenant);
    if (bases === undefined) {
      bases = new Map();
      this.#tenants.set(tenant, bases);
    }
    return bases;
  }
}

/** 53 bits of the fingerprint: a number is by far the cheapest key. Two alerts of one key cost space only. */
function keyOf(alert: { readonly fpHi: number; readonly fpLo: number }): number {
  return alert.fpHi * 0x20_0000 + (alert.fpLo >>> 11);
}

function isSameButTimes(base: AlertRecord, alert: AlertRecord): boolean {
  return (
    base.fpHi === alert.fpHi &&
    base.fpLo === alert.fpLo &&
    base.annotations === alert.annotations &&
    base.generatorUrl === alert.generatorUrl &&
    base.startsAtMs === alert.startsAtMs &&
    // A touch can bring other sent times, but cannot take them away.
    (alert.sent !== undefined || base.sent === undefined) &&
    isSameList(base.names, alert.names) &&
    isSameList(base.values, alert.values)
  );
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  if (left === right) return true;
  return left.length === right.length && left.every((text, at) => text === right[at]);
}

function touchOf(base: AlertRecord, alert: AlertRecord): AlertTouch {
  const followsBase = alert.prevUs === base.stampUs && alert.prevBy === base.stampBy;
  return {
    fpHi: alert.fpHi,
    fpLo: alert.fpLo,
    endsAtMs: alert.endsAtMs,
    updatedAtMs: alert.updatedAtMs,
    stampUs: alert.stampUs,
    stampBy: alert.stampBy === base.stampBy ? undefined : alert.stampBy,
    prev: followsBase ? undefined : { us: alert.prevUs, by: alert.prevBy },
    keepUntilMs: alert.keepUntilMs,
    timeout: alert.timeout,
    sent: isSameSent(base.sent, alert.sent) ? undefined : alert.sent,
    past: isSamePast(base.past, alert.past) ? undefined : (alert.past ?? NO_PAST),
  };
}

/** In a touch: the record has none any more. */
const NO_PAST: AlertPast = { endUs: 0, endBy: "", endedAtMs: 0, other: undefined };

function pastFrom(touched: AlertPast): AlertPast | undefined {
  return touched.endUs === 0 && touched.other === undefined ? undefined : touched;
}

function isSamePast(left: AlertPast | undefined, right: AlertPast | undefined): boolean {
  if (left === right) return true;
  return (
    left?.endUs === right?.endUs &&
    left?.endBy === right?.endBy &&
    left?.endedAtMs === right?.endedAtMs &&
    left?.other?.startsAtMs === right?.other?.startsAtMs &&
    left?.other?.endsAtMs === right?.other?.endsAtMs &&
    isSameSent(left?.other?.sent, right?.other?.sent)
  );
}

function isSameSent(left: SentTimes | undefined, right: SentTimes | undefined): boolean {
  if (left === right) return true;
  return (
    left?.startSubNs === right?.startSubNs &&
    left?.startOffsetMin === right?.startOffsetMin &&
    left?.endSubNs === right?.endSubNs &&
    left?.endOffsetMin === right?.endOffsetMin
  );
}
