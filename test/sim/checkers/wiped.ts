/** I21: after a wipe of the ring store all members agree on one view within 10 s, and nobody lost a place. */
import type { Fault } from "../faults/index.ts";
import type { Watch } from "./watch.ts";

const AGREE_WITHIN_MS = 10_000;

/** To be called with each fault that begins. */
export function checkWipe(watch: Watch, fault: Fault): void {
  if (fault.kind !== "ring-wipe") return;
  const { world, history, faults } = watch;
  const before = world.ring.document?.settled ?? [];
  world.events.after(AGREE_WITHIN_MS, () => {
    const nowMs = world.events.nowMs;
    const during = { fromMs: fault.fromMs - AGREE_WITHIN_MS, untilMs: nowMs };
    const others = faults.all.filter(
      (one) => one !== fault && one.fromMs <= during.untilMs && one.untilMs >= during.fromMs,
    );
    if (others.length > 0) return;
    const versions = world.running.map(({ instance }) => instance?.status().view?.version);
    const now = world.ring.document;
    const isOne = now !== undefined && versions.every((version) => version === now.version);
    const hasAll = before.every((id) => now?.settled.includes(id) === true);
    if (isOne && hasAll) return;
    const shown = `${now?.version ?? "none"} in the store, ${versions.join(", ")} known`;
    history.violate("I21", nowMs, `No common view 10 s after the ring store was wiped: ${shown}`);
  });
}
