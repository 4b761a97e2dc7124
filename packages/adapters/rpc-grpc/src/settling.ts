/** The two ends of a promise of a call; only the first use of either counts. */
export interface Settling<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A promise of which `onAbort` is told when its caller gives up, and `onSettled`, before the caller hears,
 * when it is settled. From then on the signal is not listened to.
 */
export function settling<T>(
  signal: AbortSignal,
  hooks: { readonly onAbort: (reason: unknown) => void; readonly onSettled?: () => void },
): Settling<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = (): void => hooks.onAbort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const settle =
    <V>(end: (value: V) => void) =>
    (value: V): void => {
      signal.removeEventListener("abort", onAbort);
      hooks.onSettled?.();
      end(value);
    };
  return { promise, resolve: settle<T>(resolve), reject: settle<unknown>(reject) };
}
