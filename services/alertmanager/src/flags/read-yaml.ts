import { parseYaml, type YamlNode } from "@tocsin/domain/config/yaml";

/** What is wrong at a place of a YAML file. */
export class LocatedProblem extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** What `read` makes of a file; `problem` starts with `file:line:column: `. */
export type LocatedRead<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

/** `read` is given the root, if the file has one, and throws `LocatedProblem`. The path is for messages only. */
export function readYaml<T>(
  { path, text }: { readonly path: string; readonly text: string },
  read: (root: YamlNode | undefined) => T,
): LocatedRead<T> {
  const refuse = (offset: number, why: string): LocatedRead<T> => {
    return { ok: false, problem: `${placeIn(path, text, offset)} ${why}` };
  };
  const parsed = parseYaml(text);
  if (!parsed.ok) return refuse(parsed.offset, parsed.reason);
  try {
    return { ok: true, value: read(parsed.root) };
  } catch (error) {
    if (!(error instanceof LocatedProblem)) throw error;
    return refuse(error.offset, error.message);
  }
}

function placeIn(path: string, text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return `${path}:${line}:${offset - before.lastIndexOf("\n")}:`;
}

/** Nothing, `~` or `null`, not in quotes. */
export function isNull(node: YamlNode): boolean {
  return node.kind === "scalar" && node.plain && /^(~|null|)$/i.test(node.value);
}
