/**
 * Texts that never fail. A notification is worth more than its wording: when a receiver's template
 * fails, its built-in default is sent, and if that fails too (a redefined `__subject` can break all
 * defaults), the alerts' labels without any template. The text then says so.
 */
import type { TemplateProblem } from "../problem.ts";
import type { Rendered } from "../templates.ts";
import { AlertData, type TemplateData } from "./data.ts";
import type { KV } from "./kv.ts";

/** What a text was made with. */
export type TextOrigin = "own" | "default" | "plain";

export interface SafeText {
  readonly text: string;
  /** Anything but `own` is to be counted and logged. */
  readonly origin: TextOrigin;
  /** Why the receiver's own template was not used. */
  readonly problem: TemplateProblem | undefined;
}

export interface SafeTextInput {
  /** The receiver's template. */
  readonly text: string;
  /** The field's default, such as `{{ template "slack.default.title" . }}`. */
  readonly defaultText: string;
  /**
   * `line` for titles and subjects, which get a few words when something failed; `body` for long texts,
   * which get the error message; `html` for bodies in HTML.
   */
  readonly form: "line" | "body" | "html";
}

/** How the texts are rendered; the default has limits of its own, which its forerunner cannot use up. */
export interface SafeRendering {
  readonly own: (text: string) => Rendered;
  readonly standard: (text: string) => Rendered;
}

/** Messages quote the template, which may be long. */
const REASON_MAX_CHARS = 300;

/** Alerts that the plain text lists; it is an emergency, not a report. */
const PLAIN_ALERTS_MAX = 50;

/** Renders a text that people read; never fails. */
export function renderSafeText(
  input: SafeTextInput,
  data: TemplateData,
  render: SafeRendering,
): SafeText {
  const own = render.own(input.text);
  if (own.ok) return { text: own.text, origin: "own", problem: undefined };
  const { problem } = own;
  const standard = input.defaultText === input.text ? own : render.standard(input.defaultText);
  if (standard.ok) {
    const text = withNotice(standard.text, input.form, problem);
    return { text, origin: "default", problem };
  }
  const plain = plainText(data, input.form);
  return { text: withNotice(plain, input.form, problem), origin: "plain", problem };
}

/** In front, for receivers cut long texts at their end. */
function withNotice(text: string, form: SafeTextInput["form"], problem: TemplateProblem): string {
  if (form === "line") return `${text} (template failed)`.trimStart();
  const { message } = problem;
  const reason =
    message.length <= REASON_MAX_CHARS ? message : `${message.slice(0, REASON_MAX_CHARS)}…`;
  const notice = `The template of this notification failed: ${reason.toWellFormed()}`;
  if (form === "body") return `${notice}\n\n${text}`;
  const paragraph = `<p>${escapeMarkup(notice)}</p>`;
  const start = /<body[^<>]*>/.exec(text);
  if (start === null) return paragraph + text;
  const at = start.index + start[0].length;
  return text.slice(0, at) + paragraph + text.slice(at);
}

/** The alerts without templates: one line, or a line for each. */
function plainText(data: TemplateData, form: SafeTextInput["form"]): string {
  const summary = `[${data.status.toUpperCase()}] ${labelText(data.groupLabels)}`.trimEnd();
  if (form === "line") return summary;
  const alerts = data.alerts.elements().filter((alert) => alert instanceof AlertData);
  const shown = alerts.slice(0, PLAIN_ALERTS_MAX);
  const lines = shown.map(({ status, labels }) => `${status}: ${labelText(labels)}`);
  const rest = alerts.length - shown.length;
  const text = [summary, ...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join("\n");
  return form === "html" ? `<pre>${escapeMarkup(text)}</pre>` : text;
}

function labelText(labels: KV): string {
  return labels
    .pairOrder()
    .map((at) => `${labels.names[at]}=${labels.values[at]}`)
    .join(", ")
    .toWellFormed();
}

function escapeMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
