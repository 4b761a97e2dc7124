/**
 * Time, handed in. Constructed once per process (or per simulated instance) and given to the engine in
 * its `deps`. The domain never holds one: its functions take `nowMs`.
 */
export interface Clock {
  /** Wall clock in ms since the Unix epoch. For stored stamps only: it may jump in both directions. */
  wallMs(): number;
  /** Ms since an arbitrary start, never going back. For durations only. */
  monotonicMs(): number;
  /** Resolves after `delayMs` of monotonic time; rejects with the signal's reason when aborted. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
}
