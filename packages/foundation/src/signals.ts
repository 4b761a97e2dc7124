import { AppError } from "./app-error.ts";
import type { Clock } from "./clock.ts";

/** Runs `work` with a signal that also fires after `delayMs`, and rejects then even if `work` hangs. */
export async function withDeadline<T>(
  options: { readonly clock: Clock; readonly delayMs: number; readonly what: string },
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const inner = new AbortController();
  const sleep = new AbortController();
  const onAbort = (): void => inner.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const timer = options.clock.sleep(options.delayMs, sleep.signal).then(
    () => {
      const message = `${options.what} took longer than ${Math.round(options.delayMs)} ms`;
      inner.abort(new AppError("deadline-exceeded", message));
    },
    () => {},
  );
  try {
    return await Promise.race([work(inner.signal), rejectOnAbort(inner.signal)]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    sleep.abort(WORK_IS_OVER);
    await timer;
  }
}

/** One for all: an `abort` without a reason makes an error with a stack for each call. */
const WORK_IS_OVER = new AppError("aborted", "The work is over before its deadline");

/** A promise that never resolves and rejects with the signal's reason when it fires. */
export function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  if (signal.aborted) reject(signal.reason);
  else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  return promise;
}
