/** What is wrong at a place of a YAML file. */
export class LocatedProblem extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** `file:line:column:`, in front of a problem. */
export function placeIn(path: string, text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return `${path}:${line}:${offset - before.lastIndexOf("\n")}:`;
}
