/** Takes a planted bug out again. */
export type Uproot = () => void;

/** A class, to its instances. */
interface Owner<T> {
  readonly prototype: T;
}

/** A method as a function that knows its `this`. */
type Method<T, F> = F extends (...args: infer A) => infer R ? (this: T, ...args: A) => R : never;

/** Replaces a method for every instance; `make` gets the right one. */
export function method<T extends object, Name extends keyof T & string>(
  owner: Owner<T>,
  name: Name,
  make: (right: Method<T, T[Name]>) => Method<T, T[Name]>,
): Uproot {
  const { prototype } = owner;
  const found = Object.getOwnPropertyDescriptor(prototype, name);
  if (typeof found?.value !== "function") throw new Error(`No method "${name}" to replace`);
  const right = found.value as Method<T, T[Name]>; // It was looked up under this very name.
  Object.defineProperty(prototype, name, { ...found, value: make(right) });
  return () => Object.defineProperty(prototype, name, found);
}

/** Replaces a getter. */
export function getter<T extends object>(
  owner: Owner<T>,
  name: keyof T & string,
  get: (this: T) => unknown,
): Uproot {
  const { prototype } = owner;
  const found = Object.getOwnPropertyDescriptor(prototype, name);
  if (found?.get === undefined) throw new Error(`No getter "${name}" to replace`);
  Object.defineProperty(prototype, name, { ...found, get });
  return () => Object.defineProperty(prototype, name, found);
}

/** Several at once. */
export function both(...uproots: readonly Uproot[]): Uproot {
  return () => {
    for (const uproot of uproots.toReversed()) uproot();
  };
}
