import { byteSize } from "../values/text.ts";

/** A place in a template as Go tells it. */
export interface TemplatePlace {
  /** From 1. */
  readonly line: number;
  /** Bytes from the start of the line, from 0. */
  readonly column: number;
}

/** The place of an index into a text. */
export function placeIn(text: string, pos: number): TemplatePlace {
  const before = text.slice(0, pos);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: byteSize(before.slice(lineStart)) };
}
