/**
 * Custom payloads: a tree of values whose texts and keys are templates. What a text renders to is read as
 * YAML, so that a template can make numbers and lists; only its first node counts, and what is no YAML or
 * just a string stays the text that it is. Mirrors DeepCopyWithTemplate of Alertmanager 0.34.
 */
import type { YamlValue } from "../../config/schema/index.ts";
import { compareText } from "../../model/index.ts";
import { Budget, BudgetError, DEFAULT_LIMITS } from "../budget.ts";
import type { TemplateProblem } from "../problem.ts";
import type { Rendered } from "../templates.ts";
import { jsonText } from "./json.ts";
import { readLeaf } from "./payload-leaf.ts";

/** What JSON can hold, integers of 64 bits included. Maps keep the order in which keys were rendered. */
export type PayloadValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly PayloadValue[]
  | ReadonlyMap<string, PayloadValue>;

export type PayloadResult =
  | { readonly ok: true; readonly value: PayloadValue }
  | { readonly ok: false; readonly problem: TemplateProblem };

class RenderFailure extends Error {
  readonly problem: TemplateProblem;
  constructor(problem: TemplateProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/**
 * Renders every text of a value. Keys that are no texts are dropped, with what they lead to. Reading the
 * rendered texts costs `budget` a step for each character and each value, so that aliases in them, which
 * a few characters multiply, end as everything else does.
 */
export function renderPayload(
  value: YamlValue,
  render: (text: string) => Rendered,
  budget: Budget = new Budget(DEFAULT_LIMITS),
): PayloadResult {
  const text = (template: string): string => {
    const rendered = render(template);
    if (!rendered.ok) throw new RenderFailure(rendered.problem);
    return rendered.text;
  };
  try {
    return { ok: true, value: copy(value, { text, budget }) };
  } catch (error) {
    if (error instanceof RenderFailure) return { ok: false, problem: error.problem };
    if (!(error instanceof BudgetError)) throw error;
    const message = `template: cannot read what was rendered: ${error.message}`;
    const place = { file: "", line: 0, column: 0, at: "" };
    return { ok: false, problem: { stage: "exec", message, ...place, limit: error.limit } };
  }
}

interface Copying {
  readonly text: (template: string) => string;
  readonly budget: Budget;
}

function copy(value: YamlValue, run: Copying): PayloadValue {
  if (typeof value === "string") return readLeaf(run.text(value), run.budget);
  if (value instanceof Map) {
    const entries = new Map<string, PayloadValue>();
    for (const [key, inner] of value as ReadonlyMap<unknown, YamlValue>) {
      if (typeof key !== "string") continue;
      const name = run.text(key);
      entries.set(name, copy(inner, run));
    }
    return entries;
  }
  if (Array.isArray(value)) return value.map((inner: YamlValue) => copy(inner, run));
  return value as PayloadValue; // all collections were dealt with
}

export type PayloadJson =
  | { readonly ok: true; readonly json: string }
  | { readonly ok: false; readonly reason: string };

/** The payload as Go's encoder writes it: keys sorted, `<`, `>` and `&` escaped. */
export function payloadToJson(value: PayloadValue): PayloadJson {
  try {
    return { ok: true, json: encode(value) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ok: false, reason: error.message };
  }
}

function encode(value: PayloadValue): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "string":
      return jsonText(value);
    case "number":
      if (!Number.isFinite(value)) {
        const name = Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        throw new RangeError(`json: unsupported value: ${name}`);
      }
      return String(value);
    case "boolean":
    case "bigint":
      return String(value);
    default:
  }
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<string, PayloadValue>)];
    entries.sort(([left], [right]) => compareText(left, right));
    return `{${entries.map(([name, inner]) => `${jsonText(name)}:${encode(inner)}`).join(",")}}`;
  }
  return `[${(value as readonly PayloadValue[]).map(encode).join(",")}]`;
}
