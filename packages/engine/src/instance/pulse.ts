import type { Timer, Timers } from "../time/index.ts";
import type { FleetMetrics } from "./fleet-metrics.ts";
import type { Parts } from "./parts.ts";

/** So many looks at suspicion, grants and due groups within one ping interval. */
const BEATS_PER_PING = 5;
/** What a disk did not take while it was full is not safe before the checkpoint that follows. */
const JOURNAL_LOOK_MS = 1_000;

/** The regular work of an instance: the beat of its own time, pings, the end of grants, due groups. */
export class Pulse {
  readonly #parts: Parts;
  readonly #timers: Timers;
  readonly #metrics: FleetMetrics;
  #beats = 0;
  #due: Timer | undefined;
  #dueAtMs = Infinity;

  constructor(parts: Parts, timers: Timers, metrics: FleetMetrics) {
    this.#parts = parts;
    this.#metrics = metrics;
    this.#timers = timers;
  }

  /** Beats until the timers stop. */
  start(): Promise<void> {
    this.#parts.fleet.onDueChange = () => this.#armDue();
    this.#beat();
    this.#maintain();
    this.#keepJournal();
    return Promise.resolve();
  }

  #beat(): void {
    const { running, liveness, granter, time, timings, pinger } = this.#parts;
    running.beat();
    liveness.judgeAll();
    granter.expire();
    time.setOffsets(liveness.trustedOffsetsMs(), [...liveness.peers].length);
    if (this.#beats % BEATS_PER_PING === 0) pinger.pingAll();
    this.#beats += 1;
    this.#armDue();
    this.#timers.after(timings.pingIntervalMs / BEATS_PER_PING, () => this.#beat());
  }

  /** Wakes at the earliest tick; cluster time may have moved since the last look. */
  #armDue(): void {
    const { fleet, time } = this.#parts;
    const dueMs = fleet.nextDueMs;
    if (dueMs === this.#dueAtMs && this.#due !== undefined) return;
    this.#due?.cancel();
    this.#due = undefined;
    this.#dueAtMs = dueMs;
    if (dueMs === Infinity) return;
    this.#due = this.#timers.after(dueMs - time.nowMs(), () => {
      this.#due = undefined;
      this.#parts.fleet.runDue((tenant, flush) => this.#parts.turns.flush(tenant, flush));
      this.#armDue();
    });
  }

  #maintain(): void {
    const { timings, fleet } = this.#parts;
    this.#timers.after(timings.maintenanceIntervalMs, () => {
      this.#metrics.collectGarbage(fleet);
      this.#maintain();
    });
  }

  #keepJournal(): void {
    const { journal, catchUp } = this.#parts;
    this.#timers.after(JOURNAL_LOOK_MS, () => {
      // What is still being gathered from the others must not pass for a whole log.
      if (catchUp.copyCounts && journal.checkpointDue()) void this.#checkpoint();
      this.#keepJournal();
    });
  }

  async #checkpoint(): Promise<void> {
    const { fleet, journal } = this.#parts;
    const entries = function* (): Generator<Parameters<typeof journal.append>[0]> {
      for (const id of fleet.names()) {
        const tenant = fleet.get(id);
        if (tenant !== undefined) yield { tenant: id, state: tenant.fullState() };
      }
    };
    await journal.checkpoint(entries(), new AbortController().signal).catch(() => {
      // The journal reports its disk itself; the segments stay until a later try succeeds.
    });
  }
}
