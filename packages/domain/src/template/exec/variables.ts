import type { GoValue } from "../values/values.ts";

interface Variable {
  readonly name: string;
  value: GoValue;
  /** It came out of a container of `interface {}`, which error messages tell. */
  isBoxed: boolean;
}

/** The variables of one template call, innermost last. */
export class Variables {
  readonly #stack: Variable[];

  constructor(dot: GoValue, isBoxed: boolean) {
    this.#stack = [{ name: "$", value: dot, isBoxed }];
  }

  /** A mark to go back to with `pop`. */
  get mark(): number {
    return this.#stack.length;
  }

  pop(mark: number): void {
    this.#stack.length = mark;
  }

  push(name: string, value: GoValue): void {
    this.#stack.push({ name, value, isBoxed: false });
  }

  /** The innermost variable of a name. */
  find(name: string): Variable | undefined {
    for (let at = this.#stack.length - 1; at >= 0; at -= 1) {
      const variable = this.#stack[at];
      if (variable?.name === name) return variable;
    }
    return undefined;
  }

  /** Sets the variable that is `depth` from the top, from 1: those of a `range`. */
  setTop(depth: number, value: GoValue, isBoxed: boolean): void {
    const variable = this.#stack[this.#stack.length - depth];
    if (variable === undefined) return;
    variable.value = value;
    variable.isBoxed = isBoxed;
  }
}
