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
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const giveUp = (reason: unknown): void => {
    inner.abort(reason);
    reject(reason);
  };
  const onAbort = (): void => giveUp(signal.reason);
  const onTimeUp = (): void => {
    const message = `${options.what} took longer than ${Math.round(options.delayMs)} ms`;
    giveUp(new AppError("deadline-exceeded", message));
  };
  signal.addEventListener("abort", onAbort, { once: true });
  void options.clock.sleep(options.delayMs, sleep.signal).then(onTimeUp, () => {});
  try {
    work(inner.signal).then(resolve, reject);
    return await promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
    sleep.abort(WORK_IS_OVER);
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
