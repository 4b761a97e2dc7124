/**
 * Limits of single tenants from a YAML file: below `overrides` the tenants, below each the flags
 * `--limits.…` that differ for it, without their family:
 *
 *     overrides:
 *       team-a:
 *         max-template-steps: 200000
 *
 * It is the form of Cortex' runtime configuration. The first problem ends the reading and has its place.
 */
import type { MappingNode, YamlNode } from "@tocsin/domain/config/yaml";
import { parseTenantId, type TenantId } from "@tocsin/domain/model";

import type { FlagSpec } from "./flag.ts";
import { isNull, LocatedProblem, readYaml, type LocatedRead } from "./read-yaml.ts";
import { nearestName } from "./nearest.ts";
import { FLAGS } from "./table.ts";
import { parseFlagValue, type FlagValue } from "./value.ts";

/** By tenant, then by the flag's whole name. */
export type Overrides = ReadonlyMap<TenantId, ReadonlyMap<string, FlagValue>>;

const ROOT = "overrides";
const FAMILY = "limits.";
const SPECS: ReadonlyMap<string, FlagSpec> = new Map(
  [...FLAGS.values()]
    .filter(({ isPerTenant }) => isPerTenant === true)
    .map((spec) => [spec.name.slice(FAMILY.length), spec]),
);

/** Reads the text of the file `path`, which is only used in messages. */
export function parseOverrides(path: string, text: string): LocatedRead<Overrides> {
  return readYaml({ path, text }, readRoot);
}

function readRoot(root: YamlNode | undefined): Overrides {
  const overrides = new Map<TenantId, ReadonlyMap<string, FlagValue>>();
  if (root === undefined) return overrides;
  for (const { key, offset, value } of entriesOf(root, "the file", 0)) {
    if (key !== ROOT) throw new LocatedProblem(`unknown key "${key}", "${ROOT}" is wanted`, offset);
    for (const tenant of entriesOf(value, `"${ROOT}"`, offset)) {
      const id = parseTenantId(tenant.key);
      if (id === undefined) {
        throw new LocatedProblem(`"${tenant.key}" is no name of a tenant`, tenant.offset);
      }
      overrides.set(id, readLimits(tenant));
    }
  }
  return overrides;
}

function readLimits(tenant: Entry): ReadonlyMap<string, FlagValue> {
  const limits = new Map<string, FlagValue>();
  for (const { key, offset, value } of entriesOf(tenant.value, `"${tenant.key}"`, tenant.offset)) {
    const spec = SPECS.get(key);
    if (spec === undefined) throw new LocatedProblem(unknownLimit(key), offset);
    if (value.kind !== "scalar") throw new LocatedProblem(`"${key}" wants one value`, offset);
    const result = parseFlagValue(spec, [value.value]);
    if (!result.ok)
      throw new LocatedProblem(`"${key}" of "${tenant.key}": ${result.problem}`, offset);
    limits.set(spec.name, result.value);
  }
  return limits;
}

interface Entry {
  readonly key: string;
  readonly offset: number;
  readonly value: YamlNode;
}

/** What a mapping holds; nothing for a null. Keys are names and come once. */
function entriesOf(node: YamlNode, what: string, offset: number): readonly Entry[] {
  if (isNull(node)) return [];
  if (node.kind !== "mapping") throw new LocatedProblem(`${what} must hold keys`, offset);
  const entries: Entry[] = [];
  const seen = new Set<string>();
  for (const [key, value] of pairsOf(node)) {
    if (key.kind !== "scalar") throw new LocatedProblem("a key must be a name", key.offset);
    if (seen.has(key.value)) {
      throw new LocatedProblem(`"${key.value}" is set a second time`, key.offset);
    }
    seen.add(key.value);
    entries.push({ key: key.value, offset: key.offset, value });
  }
  return entries;
}

function* pairsOf(node: MappingNode): Generator<readonly [YamlNode, YamlNode]> {
  for (let at = 0; at + 1 < node.children.length; at += 2) {
    yield [node.children[at] as YamlNode, node.children[at + 1] as YamlNode]; // in range
  }
}

function unknownLimit(name: string): string {
  const near = nearestName(name, SPECS.keys());
  const hint =
    near === undefined
      ? `the limits are ${[...SPECS.keys()].join(", ")}`
      : `did you mean "${near}"?`;
  return `unknown limit "${name}", ${hint}`;
}
