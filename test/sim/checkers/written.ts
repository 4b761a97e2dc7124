/** What a client wrote, as a record of it says. */
import type { LabelSet } from "@tocsin/domain/model";

/** Which alert it is, by its name in the history, and which write to it. */
export interface Written {
  readonly name: string;
  readonly number: number;
}

type Record = LabelSet & { readonly annotations: string };

/** Of the record of an alert. */
export function writtenIn({ names, values, annotations }: Record): Written {
  return { name: nameOf(names, values), number: numberIn(annotations) };
}

/** All records of an alert on one machine share the lists of its labels: its name is made once. */
const knownNames = new WeakMap<
  readonly string[],
  { readonly names: readonly string[]; readonly name: string }
>();

function nameOf(names: readonly string[], values: readonly string[]): string {
  const known = knownNames.get(values);
  if (known?.names === names) return known.name;
  const name = names.map((label, at) => `${label}=${values[at] ?? ""}`).join(",");
  knownNames.set(values, { names, name });
  return name;
}

const knownNumbers = new Map<string, number>();

function numberIn(annotations: string): number {
  let number = knownNumbers.get(annotations);
  if (number === undefined) {
    const said = JSON.parse(annotations) as { number: string }; // As the clients write it.
    knownNumbers.set(annotations, (number = Number(said.number)));
  }
  return number;
}
