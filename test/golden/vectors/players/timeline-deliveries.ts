import type { Delivery, Labels } from "../../../sim/alone/webhooks.ts";
import { judge, PASS, within, type Verdict } from "../vector.ts";

/** A recorded delivery. */
export interface WantedDelivery {
  readonly at_ms: number;
  readonly tolerance_ms?: number;
  /** So many equal attempts in a row count as this one. */
  readonly attempts?: readonly [number, number];
  readonly path: string;
  readonly answered: number;
  readonly receiver: string;
  readonly status: string;
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly truncatedAlerts: number;
  readonly notification_reason: string;
  readonly alerts: readonly { readonly status: string; readonly labels: Labels }[];
}

interface Got {
  readonly delivery: Delivery;
  attempts: number;
}

const TOLERANCE_MS = 250;

/** Compares path by path and group by group, in order. */
export function compareDeliveries(
  want: readonly WantedDelivery[],
  got: readonly Delivery[],
  toleranceMs: number = TOLERANCE_MS,
): Verdict {
  const wanted = Map.groupBy(want, nameOf);
  const found = Map.groupBy(got, nameOf);
  for (const name of new Set([...wanted.keys(), ...found.keys()])) {
    const verdict = compareGroup(wanted.get(name) ?? [], found.get(name) ?? [], toleranceMs);
    if (verdict.kind !== "pass") return within(name, verdict);
  }
  return PASS;
}

function nameOf({ path, groupKey }: { path: string; groupKey: string }): string {
  return `${path} ${groupKey}`;
}

function compareGroup(
  want: readonly WantedDelivery[],
  deliveries: readonly Delivery[],
  toleranceMs: number,
): Verdict {
  const isFolded = want.some(({ attempts }) => attempts !== undefined);
  const got = isFolded ? fold(deliveries) : deliveries.map((one) => ({ delivery: one, attempts: 1 }));
  for (let at = 0; at < Math.max(want.length, got.length); at += 1) {
    const verdict = compareOne(want[at], got[at], toleranceMs);
    if (verdict.kind !== "pass") return within(`delivery ${at + 1}`, verdict);
  }
  return PASS;
}

/** Repeated attempts with the same message and the same refusal as one. */
function fold(deliveries: readonly Delivery[]): readonly Got[] {
  const folded: Got[] = [];
  for (const delivery of deliveries) {
    const last = folded.at(-1);
    const isSame =
      delivery.answered >= 500 &&
      last?.delivery.answered === delivery.answered &&
      judge(last.delivery.alerts, delivery.alerts).kind === "pass";
    if (isSame) last.attempts += 1;
    else folded.push({ delivery, attempts: 1 });
  }
  return folded;
}

function compareOne(
  want: WantedDelivery | undefined,
  got: Got | undefined,
  toleranceMs: number,
): Verdict {
  if (want === undefined || got === undefined) {
    const place = want === undefined ? "got one that is not wanted" : "it is missing";
    return { kind: "fail", difference: `${place}: ${JSON.stringify(want ?? got)}` };
  }
  const { atMs, path: _path, reason, ...told } = got.delivery;
  const message = judge(messageOf(want), { ...told, notification_reason: reason });
  if (message.kind !== "pass") return message;
  if (Math.abs(want.at_ms - atMs) > (want.tolerance_ms ?? toleranceMs)) {
    return { kind: "fail", difference: `want it at ${want.at_ms} ms, got it at ${atMs} ms` };
  }
  const [low, high] = want.attempts ?? [1, 1];
  if (got.attempts >= low && got.attempts <= high) return PASS;
  return { kind: "fail", difference: `want ${low} to ${high} attempts, got ${got.attempts}` };
}

function messageOf({
  at_ms: _at,
  tolerance_ms: _tolerance,
  attempts: _attempts,
  path: _path,
  ...message
}: WantedDelivery): object {
  return message;
}
