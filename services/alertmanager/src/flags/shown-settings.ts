/**
 * Settings as the settings file has them, nested by their dots: for operators who ask a process what it was
 * started with. What stands before the @ of an address is a name and a password and is not shown.
 */
import type { FlagSpec } from "./flag.ts";
import { FLAGS } from "./table.ts";
import type { FlagValue } from "./value.ts";

/** Texts of flags by their whole names; one element each unless a flag may be repeated. */
export type SettingTexts = ReadonlyMap<string, readonly string[]>;

/** YAML that `--settings.file` would take, but for what is hidden. */
export interface ShownSettings {
  readonly all: string;
  /** What somebody set, and nothing else. */
  readonly given: string;
  readonly defaults: string;
}

type Tree = Map<string, Tree | string>;

/** To the last @: a password may hold what an address should not. */
const CREDENTIALS = /(?<=:\/\/).*@/s;
const HIDDEN = "<secret>@";
const PLAIN_KINDS: ReadonlySet<FlagSpec["kind"]> = new Set(["switch", "count", "number", "bytes"]);

export function shownSettings(given: SettingTexts): ShownSettings {
  const specs = [...FLAGS.values()].filter(({ name }) => name !== "settings.file");
  const shown = (of: (spec: FlagSpec) => readonly string[] | undefined): string => {
    const tree: Tree = new Map();
    for (const spec of specs) {
      const texts = of(spec);
      if (texts !== undefined) put(tree, spec.name.split("."), shownTexts(spec, texts));
    }
    return tree.size === 0 ? "{}\n" : yamlOf(tree, "");
  };
  return {
    all: shown((spec) => given.get(spec.name) ?? presetTexts(spec)),
    given: shown((spec) => given.get(spec.name)),
    defaults: shown(presetTexts),
  };
}

/** Limits of single tenants, in the form of `--limits.overrides-file`. */
export function shownOverrides(
  overrides: ReadonlyMap<string, ReadonlyMap<string, FlagValue>>,
): string {
  const tree: Tree = new Map();
  for (const [tenant, limits] of overrides) {
    for (const [name, value] of limits) {
      put(tree, [JSON.stringify(tenant), name.slice(name.indexOf(".") + 1)], `${value}`);
    }
  }
  return tree.size === 0 ? "overrides: {}\n" : `overrides:\n${yamlOf(tree, "  ")}`;
}

/** What a flag has that nobody set. */
export function presetTexts(spec: FlagSpec): readonly string[] {
  return spec.kind === "list" && spec.preset === "" ? [] : [spec.preset];
}

function shownTexts({ kind }: FlagSpec, texts: readonly string[]): string {
  const quoted = texts.map((text) => JSON.stringify(text.replace(CREDENTIALS, HIDDEN)));
  if (kind === "list") return `[${quoted.join(", ")}]`;
  return (PLAIN_KINDS.has(kind) ? texts.at(-1) : quoted.at(-1)) ?? '""';
}

function put(tree: Tree, [first = "", ...rest]: readonly string[], text: string): void {
  if (rest.length === 0) return void tree.set(first, text);
  const known = tree.get(first);
  const branch: Tree = known instanceof Map ? known : new Map();
  tree.set(first, branch);
  put(branch, rest, text);
}

function yamlOf(tree: Tree, indent: string): string {
  return [...tree]
    .map(([name, value]) =>
      typeof value === "string"
        ? `${indent}${name}: ${value}\n`
        : `${indent}${name}:\n${yamlOf(value, `${indent}  `)}`,
    )
    .join("");
}
