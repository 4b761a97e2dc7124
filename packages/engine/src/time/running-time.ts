import type { Clock } from "@tocsin/foundation";

/** Below this it is the slewing of a clock, or how late two readings are. */
const JUMP_MIN_MS = 50;

/**
 * The time that this process has really been running, and the pauses in it (PROTOCOL 2 and 8).
 *
 * Suspicion must not count time in which the process itself was stopped (A3), so silence is measured
 * here: between two beats at most `beatMaxMs` count, however long the gap was. A gap of the monotonic or
 * the wall clock of more than `pauseLimitMs` beyond that is a pause; so is a wall clock that jumped
 * against the monotonic one.
 *
 * After SIGCONT the loop serves sockets before timers: everything that comes in from outside must
 * therefore call `beat` first, not only the loop.
 */
export class RunningTime {
  readonly #clock: Clock;
  readonly #beatMaxMs: number;
  readonly #pauseLimitMs: number;
  #ranMs = 0;
  #lastMonotonicMs: number;
  #lastWallMs: number;
  /** The wall clock was moved by this against the monotonic one. Called within `beat`, before `onPause`. */
  onJump: (jumpMs: number) => void = () => {};
  /** Called within `beat`, before it returns; `jumpMs` is what the monotonic clock did not see of it. */
  onPause: (gapMs: number, jumpMs: number) => void = () => {};

  constructor(clock: Clock, limits: { readonly beatMaxMs: number; readonly pauseLimitMs: number }) {
    this.#clock = clock;
    this.#beatMaxMs = limits.beatMaxMs;
    this.#pauseLimitMs = limits.pauseLimitMs;
    this.#lastMonotonicMs = clock.monotonicMs();
    this.#lastWallMs = clock.wallMs();
  }

  /** Ms of running so far; goes on between beats, but never by more than one beat. */
  nowMs(): number {
    const sinceMs = this.#clock.monotonicMs() - this.#lastMonotonicMs;
    return this.#ranMs + Math.min(sinceMs, this.#beatMaxMs);
  }

  /** Notes that the process runs. Call it at least every `beatMaxMs`. */
  beat(): void {
    const monotonicMs = this.#clock.monotonicMs();
    const wallMs = this.#clock.wallMs();
    const gapMs = monotonicMs - this.#lastMonotonicMs;
    const wallGapMs = wallMs - this.#lastWallMs;
    this.#ranMs += Math.min(gapMs, this.#beatMaxMs);
    this.#lastMonotonicMs = monotonicMs;
    this.#lastWallMs = wallMs;
    const limitMs = this.#beatMaxMs + this.#pauseLimitMs;
    const jumpMs = wallGapMs - gapMs;
    if (Math.abs(jumpMs) >= JUMP_MIN_MS) this.onJump(jumpMs);
    if (gapMs > limitMs || wallGapMs > limitMs || Math.abs(jumpMs) > this.#pauseLimitMs) {
      this.onPause(Math.max(gapMs, wallGapMs), jumpMs);
    }
  }
}
