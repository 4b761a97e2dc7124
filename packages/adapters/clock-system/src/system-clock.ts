import type { Clock } from "@tocsin/foundation";

/** The longest delay that a Node.js timer keeps; a longer one would fire at once. */
const TIMER_DELAY_MAX_MS = 2 ** 31 - 1;

/** The machine's clocks and timers: the only place in the program that reads them. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    let remainingMs = delayMs;
    do {
      const stepMs = Math.min(remainingMs, TIMER_DELAY_MAX_MS);
      await sleepOnce(stepMs, signal);
      remainingMs -= stepMs;
    } while (remainingMs > 0);
  },
};

/**
 * Not `timers/promises`: its rejection is an `AbortError` of its own, and a caller wants the reason
 * that the signal carries. The listener goes with the timer, so a signal that lives as long as the
 * process does not collect one for every sleep.
 */
function sleepOnce(delayMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const end = after(delayMs, () => {
    signal.removeEventListener("abort", onAbort);
    resolve();
  });
  function onAbort(): void {
    end();
    reject(signal.reason);
  }
  signal.addEventListener("abort", onAbort, { once: true });
  return promise;
}

/**
 * Not a timer for no delay: timers that are due when another has run follow it at once, so that who works and
 * rests in turns would let nobody's requests in. Returns what calls it off.
 */
function after(delayMs: number, run: () => void): () => void {
  if (delayMs > 0) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  }
  const immediate = setImmediate(run);
  return () => clearImmediate(immediate);
}

/** The kernel's CLOCK_MONOTONIC in µs, the same for all processes: what systemd compares with its own. */
export function kernelMonotonicUs(): bigint {
  return process.hrtime.bigint() / 1_000n;
}
