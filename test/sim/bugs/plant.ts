/** Takes a planted bug out again. */
export type Uproot = () => void;

/** What can be put in the place of a method or getter of a class. */
interface Methods {
  readonly prototype: object;
}

/** Replaces a method for every instance; `make` gets the right one. */
export function method<C extends Methods, Name extends keyof C["prototype"] & string>(
  owner: C,
  name: Name,
  make: (right: Function0<C["prototype"][Name]>) => Function0<C["prototype"][Name]>,
): Uproot {
  const { prototype } = owner;
  const found = Object.getOwnPropertyDescriptor(prototype, name);
  if (typeof found?.value !== "function") throw new Error(`No method "${name}" to replace`);
  Object.defineProperty(prototype, name, { ...found, value: make(found.value) });
  return () => Object.defineProperty(prototype, name, found);
}

/** Replaces a getter. */
export function getter<C extends Methods>(
  owner: C,
  name: keyof C["prototype"] & string,
  get: (this: C["prototype"]) => unknown,
): Uproot {
  const { prototype } = owner;
  const found = Object.getOwnPropertyDescriptor(prototype, name);
  if (found?.get === undefined) throw new Error(`No getter "${name}" to replace`);
  Object.defineProperty(prototype, name, { ...found, get });
  return () => Object.defineProperty(prototype, name, found);
}

export function both(...uproots: readonly Uproot[]): Uproot {
  return () => {
    for (const uproot of uproots.toReversed()) uproot();
  };
}

/** A method as one that is called with any `this`. */
type Function0<F> = F extends (...args: infer A) => infer R
  ? (this: never, ...args: A) => R
  : never;
