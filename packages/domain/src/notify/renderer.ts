/**
 * Renders the fields of one notification. What becomes of a template that fails depends on the field: a
 * text for people is told in other words (`fallback.ts`), because a page counts for more than its
 * wording; whatever says where to send, as whom or what exactly, is an error.
 *
 * Each rendering has the tenant's limits. All together may take four times its steps: a notification
 * with many costly texts must not hold up the others. Defaults have as much again, so that they can
 * still be rendered when the receiver's own texts have used all up.
 */
import { AppError } from "@tocsin/foundation";
import type { YamlValue } from "../config/schema/index.ts";
import {
  Budget,
  BudgetError,
  renderPayload,
  renderSafeText,
  type PayloadValue,
  type Rendered,
  type RenderLimits,
  type SafeTextInput,
  type TemplateData,
  type TemplateProblem,
  type Templates,
  type TextOrigin,
} from "../template/index.ts";

/** A field of an integration that is a template. */
export interface TemplateField {
  /** As messages name it: `title`, `webhook URL`. */
  readonly name: string;
  readonly text: string;
}

/** A field that people read: it has a default, and a form in which a failure is told. */
export type TextField = TemplateField & SafeTextInput;

/** A text that was not made by the receiver's own template. */
export interface FailedText {
  readonly field: string;
  readonly origin: Exclude<TextOrigin, "own">;
  readonly problem: TemplateProblem;
}

/** A field that has no other words to say it failed. Its message is upstream's. */
export class FieldError extends AppError {
  readonly problem: TemplateProblem;

  constructor(what: string, problem: TemplateProblem) {
    super("unprocessable", `failed to ${what}: ${shorten(problem.message)}`);
    this.problem = problem;
  }
}

/** Messages quote templates and what they made, which may be megabytes. */
function shorten(message: string): string {
  return message.length <= MESSAGE_MAX_CHARS
    ? message
    : `${message.slice(0, MESSAGE_MAX_CHARS).toWellFormed()}…`;
}

const MESSAGE_MAX_CHARS = 2_000;

export interface RendererOptions {
  /** What `now` is in templates, in ms since 1970. */
  readonly nowMs: number;
  readonly limits: RenderLimits;
}

const NOTIFICATION_STEPS_FACTOR = 4;

export class Renderer {
  readonly data: TemplateData;
  readonly #templates: Templates;
  readonly #options: RendererOptions;
  readonly #failed: FailedText[] = [];
  readonly #spent = { own: 0, standard: 0 };

  constructor(templates: Templates, data: TemplateData, options: RendererOptions) {
    this.#templates = templates;
    this.data = data;
    this.#options = options;
  }

  /** The texts rendered so far that had to be told in other words: to be counted and logged. */
  get failedTexts(): readonly FailedText[] {
    return this.#failed;
  }

  /** Renders a text for people. Never fails. */
  renderText(field: TextField): string {
    const mode = field.form === "html" ? "html" : "text";
    const { text, origin, problem } = renderSafeText(field, this.data, {
      own: (template) => this.#render(template, mode, "own"),
      standard: (template) => this.#render(template, mode, "standard"),
    });
    if (origin !== "own" && problem !== undefined) {
      const message = shorten(problem.message);
      this.#failed.push({ field: field.name, origin, problem: { ...problem, message } });
    }
    return text;
  }

  /** Renders an address, a key, a recipient, a header. @throws FieldError */
  renderStrict(field: TemplateField): string {
    const rendered = this.#render(field.text, "text", "own");
    if (!rendered.ok) throw new FieldError(`template ${field.name}`, rendered.problem);
    return rendered.text;
  }

  /** Renders a tree of texts, such as a custom payload. @throws FieldError */
  renderPayload(field: { readonly name: string; readonly value: YamlValue }): PayloadValue {
    const result = renderPayload(
      field.value,
      (text) => this.#render(text, "text", "own"),
      new Budget(this.#options.limits),
    );
    if (!result.ok) throw new FieldError(`render ${field.name}`, result.problem);
    return result.value;
  }

  #render(text: string, mode: "text" | "html", account: "own" | "standard"): Rendered {
    const { limits, nowMs } = this.#options;
    const stepsMax = NOTIFICATION_STEPS_FACTOR * limits.stepsMax;
    if (this.#spent[account] >= stepsMax) return { ok: false, problem: overall(stepsMax) };
    const budget = new Budget(limits);
    const render = mode === "html" ? "renderHtml" : "renderText";
    const rendered = this.#templates[render](text, this.data, { nowMs, budget });
    this.#spent[account] += budget.steps;
    return rendered;
  }
}

function overall(stepsMax: number): TemplateProblem {
  const { message, limit } = new BudgetError("stepsMax", `steps of a notification (${stepsMax})`);
  const place = { file: "", line: 0, column: 0, at: "" };
  return { stage: "exec", message: `template: ${message}`, ...place, limit };
}
