import type { Instant } from "@tocsin/domain/model";

const MINUTE_MS = 60_000;

/** Go's zero time: how a message says that a firing alert has no end. */
export const ZERO_TIME = "0001-01-01T00:00:00Z";

/** RFC 3339 in the sender's zone with up to nine digits, as Go writes a time into JSON. */
export function formatInstant({ ms, subNs, offsetMin }: Instant): string {
  const shifted = new Date(ms + offsetMin * MINUTE_MS).toISOString(); // Of a number: no clock is read.
  const [seconds = "", thousandths = ""] = shifted.slice(0, -1).split(".");
  const digits = `${thousandths}${String(subNs).padStart(6, "0")}`.replace(/0+$/, "");
  return `${seconds}${digits === "" ? "" : `.${digits}`}${formatZone(offsetMin)}`;
}

function formatZone(offsetMin: number): string {
  if (offsetMin === 0) return "Z";
  const size = Math.abs(offsetMin);
  const hours = String(Math.trunc(size / 60)).padStart(2, "0");
  return `${offsetMin < 0 ? "-" : "+"}${hours}:${String(size % 60).padStart(2, "0")}`;
}
