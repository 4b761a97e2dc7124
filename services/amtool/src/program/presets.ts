/**
 * Presets for flags from the configuration files of amtool. The first file that names a flag wins; keys
 * that are no flag are left alone. Mirrors cli/config of Alertmanager 0.34.
 */
import { parseYaml, yaml11Fault, type YamlNode } from "@tocsin/domain/config/yaml";
import { Failure, reasonOf } from "./failure.ts";
import type { Surroundings } from "./surroundings.ts";

/** Where the files lie, the one that wins first. */
export function presetPaths(homePath: string | undefined): readonly string[] {
  return [`${homePath ?? ""}/.config/amtool/config.yml`, "/etc/amtool/config.yml"];
}

/** The old name of a flag, and what it is called now. */
const OLD_NAMES: ReadonlyMap<string, string> = new Map([["comment_required", "require-comment"]]);

/** Reads the files that are there. Throws `Failure` if one cannot be read. */
export function readPresets(
  paths: readonly string[],
  { lookAtPath, readFile }: Pick<Surroundings, "lookAtPath" | "readFile">,
): ReadonlyMap<string, string> {
  const presets = new Map<string, string>();
  for (const path of paths) {
    if (lookAtPath(path) !== "file") continue;
    const texts = readTexts(path, readFile);
    for (const [key, text] of texts) {
      const flag = OLD_NAMES.get(key) ?? key;
      if (flag !== key && texts.has(flag)) continue;
      if (!presets.has(flag)) presets.set(flag, text);
    }
  }
  return presets;
}

function readTexts(path: string, readFile: Surroundings["readFile"]): Map<string, string> {
  let text: string;
  try {
    text = new TextDecoder().decode(readFile(path));
  } catch (error) {
    throw fault(`${path}: ${reasonOf(error)}`);
  }
  const parsed = parseYaml(text);
  if (!parsed.ok) {
    throw fault(yaml11Fault(text) ?? `yaml: line ${lineAt(text, parsed.offset)}: ${parsed.reason}`);
  }
  const { root } = parsed;
  const texts = new Map<string, string>();
  if (root === undefined || isNull(root)) return texts;
  if (root.kind !== "mapping") throw wrongTypes([typeFault(text, root, "map[string]string")]);
  const faults: string[] = [];
  for (let at = 0; at + 1 < root.children.length; at += 2) {
    const [key, value] = root.children.slice(at, at + 2).map((node) => followed(node));
    for (const node of [key, value]) {
      if (node?.kind !== "scalar") faults.push(typeFault(text, node ?? root, "string"));
    }
    if (key?.kind === "scalar" && value?.kind === "scalar") {
      texts.set(key.value, isNull(value) ? "" : value.value);
    }
  }
  if (faults.length > 0) throw wrongTypes(faults);
  return texts;
}

/** In the words of Go's YAML, which scripts around amtool may look for. */
function typeFault(text: string, node: YamlNode, wanted: string): string {
  const found =
    node.kind === "scalar"
      ? `!!str \`${node.value}\``
      : node.kind === "mapping"
        ? "!!map"
        : "!!seq";
  return `  line ${lineAt(text, node.offset)}: cannot unmarshal ${found} into ${wanted}`;
}

function wrongTypes(faults: readonly string[]): Failure {
  return fault(["yaml: unmarshal errors:", ...faults].join("\n"));
}

function followed(node: YamlNode): YamlNode {
  return node.kind === "alias" ? followed(node.target) : node;
}

function isNull(node: YamlNode): boolean {
  return node.kind === "scalar" && node.plain && /^(~|null|Null|NULL|)$/.test(node.value);
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function fault(reason: string): Failure {
  return new Failure(`could not load config file: ${reason}`);
}
