/** What a client wrote, as a record of it says. */
import type { LabelSet } from "@tocsin/domain/model";

/** Which alert it is, by its name in the history, and which write to it. */
export interface Written {
  readonly name: string;
  readonly number: number;
}

type Record = LabelSet & { readonly annotations: string };

/** Records never change, and each is met again and again: it is read once. */
const known = new WeakMap<Record, Written>();

/** Of the record of an alert. */
export function writtenIn(record: Record): Written {
  let written = known.get(record);
  if (written === undefined) known.set(record, (written = read(record)));
  return written;
}

function read({ names, values, annotations }: Record): Written {
  const name = names.map((label, at) => `${label}=${values[at] ?? ""}`).join(",");
  const { number } = JSON.parse(annotations) as { number: string }; // As the clients write it.
  return { name, number: Number(number) };
}
