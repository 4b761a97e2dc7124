/**
 * A tenant's configuration as Cortex and Mimir send it: a YAML mapping of two keys, the configuration as
 * one text and the template files by name. Unknown keys are ignored and of a repeated key the last
 * counts, as in Cortex, whose decoder is not strict here.
 */
import {
  emitYaml,
  firstDocument,
  parseYaml,
  type Emit,
  type YamlNode,
} from "@tocsin/domain/config/yaml";
import { compareText } from "@tocsin/domain/model";

export interface ConfigEnvelope {
  /** Empty when the key is missing. */
  readonly text: string;
  readonly templates: Readonly<Record<string, string>>;
}

export type EnvelopeParse =
  | { readonly ok: true; readonly envelope: ConfigEnvelope }
  | { readonly ok: false; readonly reason: string };

const CONFIG_KEY = "alertmanager_config";
const TEMPLATES_KEY = "template_files";

/** Reads an envelope. JSON is YAML, so that is taken too. */
export function parseEnvelope(body: string): EnvelopeParse {
  const parsed = parseYaml(firstDocument(body));
  if (!parsed.ok) return { ok: false, reason: parsed.reason };
  const root = parsed.root === undefined ? undefined : resolve(parsed.root);
  if (root === undefined || isNull(root))
    return { ok: true, envelope: { text: "", templates: {} } };
  if (root.kind !== "mapping") return { ok: false, reason: `a mapping wanted, ${root.kind} given` };
  let text = "";
  let templates: Readonly<Record<string, string>> = {};
  for (const [key, value] of pairsOf(root)) {
    if (key === CONFIG_KEY) {
      const config = textOf(value);
      if (config === undefined) return { ok: false, reason: `${key}: text wanted` };
      text = config;
    }
    if (key === TEMPLATES_KEY) {
      const read = readTemplates(value);
      if (read === undefined) return { ok: false, reason: `${key}: texts by name wanted` };
      templates = read;
    }
  }
  return { ok: true, envelope: { text, templates } };
}

/** Writes an envelope as Cortex does: templates by name first, then the configuration as a block. */
export function formatEnvelope(envelope: ConfigEnvelope): string {
  const names = Object.keys(envelope.templates).sort(compareText);
  const templates = names.map((name) => entry(name, asText(envelope.templates[name] ?? "")));
  return emitYaml({
    kind: "map",
    entries: [
      entry(TEMPLATES_KEY, { kind: "map", entries: templates }),
      entry(CONFIG_KEY, asText(envelope.text)),
    ],
  });
}

function entry(name: string, value: Emit): { key: Emit; value: Emit; flow: undefined } {
  return { key: asText(name), value, flow: undefined };
}

function asText(text: string): Emit {
  return { kind: "text", text };
}

function readTemplates(node: YamlNode): Readonly<Record<string, string>> | undefined {
  const mapping = resolve(node);
  if (isNull(mapping)) return {};
  if (mapping.kind !== "mapping") return undefined;
  const texts = pairsOf(mapping).map(([name, value]) => [name, textOf(value)] as const);
  if (texts.some(([, text]) => text === undefined)) return undefined;
  return Object.fromEntries(texts.map(([name, text]) => [name, text ?? ""]));
}

/** Keys that are no scalars are left out: no known key is one. */
function pairsOf(mapping: YamlNode & { kind: "mapping" }): [string, YamlNode][] {
  const pairs: [string, YamlNode][] = [];
  for (let at = 0; at + 1 < mapping.children.length; at += 2) {
    const [key, value] = mapping.children.slice(at, at + 2);
    if (key?.kind === "scalar" && value !== undefined) pairs.push([key.value, value]);
  }
  return pairs;
}

/** A number or a boolean stands for its text, nothing for the empty one. */
function textOf(node: YamlNode): string | undefined {
  const scalar = resolve(node);
  if (scalar.kind !== "scalar") return undefined;
  return isNull(scalar) ? "" : scalar.value;
}

function isNull(node: YamlNode): boolean {
  return node.kind === "scalar" && node.plain && /^(?:|~|null|Null|NULL)$/.test(node.value);
}

function resolve(node: YamlNode): YamlNode {
  return node.kind === "alias" ? node.target : node;
}
