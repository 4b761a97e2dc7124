/**
 * Flags from a YAML file, nested by their dots: `ring: {store: "memory:"}` is `--ring.store=memory:`. Dots
 * in keys work too. Every problem is told with its place; the first one ends the reading.
 */
import type { YamlNode } from "@tocsin/domain/config/yaml";

import type { GivenTexts } from "./arguments.ts";
import type { FlagSpec } from "./flag.ts";
import { isNull, LocatedProblem, readYaml, type LocatedRead } from "./read-yaml.ts";
import { nearestName } from "./nearest.ts";
import { FLAGS } from "./table.ts";

/** Reads the text of the settings file `path`, which is only used in messages. */
export function parseSettings(path: string, text: string): LocatedRead<GivenTexts> {
  return readYaml({ path, text }, (root) => {
    const texts = new Map<string, readonly string[]>();
    if (root !== undefined) readMapping({ name: "", offset: 0, node: root }, texts);
    return texts;
  });
}

/** A mapping and the key before it, whose place stands for both: a missing value has none. */
interface Section {
  readonly name: string;
  readonly offset: number;
  readonly node: YamlNode;
}

function readMapping(section: Section, into: Map<string, readonly string[]>): void {
  const { name: prefix, node } = section;
  if (node.kind !== "mapping") {
    throw new LocatedProblem(
      `${prefix === "" ? "the file" : `"${prefix}"`} must hold keys`,
      section.offset,
    );
  }
  for (let at = 0; at < node.children.length; at += 2) {
    const [key, value] = node.children.slice(at, at + 2);
    if (key === undefined || value === undefined) return;
    if (key.kind !== "scalar") throw new LocatedProblem("a key must be a name", key.offset);
    const name = prefix === "" ? key.value : `${prefix}.${key.value}`;
    const spec = FLAGS.get(name);
    if (spec === undefined) {
      if (!isPrefix(name)) throw new LocatedProblem(unknownKey(name), key.offset);
      readMapping({ name, offset: key.offset, node: value }, into);
      continue;
    }
    if (name === "settings.file") {
      throw new LocatedProblem("a settings file cannot name another one", key.offset);
    }
    if (into.has(name)) throw new LocatedProblem(`"${name}" is set a second time`, key.offset);
    into.set(name, textsOf(spec, { name, offset: key.offset, node: value }));
  }
}

function textsOf(spec: FlagSpec, { node, offset }: Section): readonly string[] {
  if (node.kind === "scalar" && !isNull(node)) return [node.value];
  if (spec.kind === "list" && node.kind === "sequence") {
    return node.children.map((child) => {
      if (child.kind === "scalar") return child.value;
      throw new LocatedProblem(`"${spec.name}" is a list of plain values`, child.offset);
    });
  }
  const wanted = spec.kind === "list" ? "a value or a list of values" : "one value";
  throw new LocatedProblem(`"${spec.name}" wants ${wanted}`, offset);
}

function isPrefix(name: string): boolean {
  return FLAGS.keys().some((flag) => flag.startsWith(`${name}.`));
}

function unknownKey(name: string): string {
  const near = nearestName(name, FLAGS.keys());
  const hint =
    near === undefined ? "the keys are the flags that --help shows" : `did you mean "${near}"?`;
  return `unknown key "${name}", ${hint}`;
}
