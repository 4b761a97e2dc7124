/**
 * Long work in steps, so that one way of doing it serves both who can wait and who must let others have
 * turns. It yields the size of what it has just done, in the measure of who runs it, and returns its result.
 */
export type Steps<T> = Generator<number, T, undefined>;

/** Does all steps now. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
  }
}

export interface Slicing {
  /** So much is done in one turn, and what the last step has beyond. */
  readonly sizeMax: number;
  /** Lets others have a turn, unless they need none. */
  readonly rest: () => Promise<unknown> | undefined;
}

/** Does the steps a slice at a time. Rejects with what a step throws. */
export async function inSlices<T>(steps: Steps<T>, { sizeMax, rest }: Slicing): Promise<T> {
  let size = 0;
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    size += next.value;
    if (size < sizeMax) continue;
    await rest();
    size = 0;
  }
}
