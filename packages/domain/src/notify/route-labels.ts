import type { LabelSet } from "../model/index.ts";
import { labelSetFromRecord } from "../model/index.ts";
import {
  Budget,
  buildTemplateData,
  type RenderLimits,
  type TemplateDataInput,
  type TemplateProblem,
  type Templates,
} from "../template/index.ts";

export interface RouteLabelsInput extends Pick<
  TemplateDataInput,
  "receiver" | "alerts" | "externalUrl"
> {
  readonly groupLabels: LabelSet;
  /** As configured: templates that may show one another. */
  readonly labels: Readonly<Record<string, string>>;
  readonly nowMs: number;
}

/** A label that could not be rendered. It is left out, as upstream does. */
export interface FailedLabel {
  readonly name: string;
  readonly problem: TemplateProblem;
}

/** Renders the labels of routes for one reader of them; all its renderings share one budget. */
export class RouteLabelRenderer {
  readonly #budget: Budget;

  constructor(limits: RenderLimits) {
    this.#budget = new Budget(limits);
  }

  render(
    templates: Templates,
    input: RouteLabelsInput,
  ): {
    readonly labels: Readonly<Record<string, string>>;
    readonly failed: readonly FailedLabel[];
  } {
    const { labels, nowMs, ...shown } = input;
    // The reason of a notification is not known where labels are rendered: upstream's `ReasonUnknown`.
    const routeLabels = labelSetFromRecord(labels);
    const data = buildTemplateData({ ...shown, routeLabels, reason: "unknown" });
    const rendered: Record<string, string> = Object.create(null) as Record<string, string>; // no "__proto__"
    const failed: FailedLabel[] = [];
    const options = { nowMs, budget: this.#budget };
    for (const [name, result] of templates.renderRouteLabels(data, options)) {
      if (result.ok) rendered[name] = result.text;
      else failed.push({ name, problem: result.problem });
    }
    return { labels: rendered, failed };
  }
}
