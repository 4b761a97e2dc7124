/** Thrown when an assumption of the program is broken. Never caught to go on: it ends the process. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** Ends the service when an assumption of the program is broken. Not for input: that is an `AppError`. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Marks the end of an exhaustive `switch`. */
export function unreachable(value: never): never {
  throw new AssertionError(`Unexpected value: ${JSON.stringify(value)}`);
}
