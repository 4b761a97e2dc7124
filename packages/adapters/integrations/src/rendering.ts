/** Templates of notifications: what renders them, and what is told of those that failed. */
import type { TenantId } from "@tocsin/domain/model";
import { labelSetFromRecord } from "@tocsin/domain/model";
import { Renderer } from "@tocsin/domain/notify";
import { templateDataSteps, type RenderLimits, type TemplateCache } from "@tocsin/domain/template";
import type { NotifyJob, ToldAlert } from "@tocsin/engine/ports";
import {
  inSlices,
  type Logger,
  type MetricFamily,
  type MetricRegistry,
  type Slicing,
} from "@tocsin/foundation";

export interface RenderingDeps {
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
  /** `--web.external-url`, as templates show it. */
  readonly externalUrl: string;
  /** Compiled templates, shared with whoever checks configurations. */
  readonly templates: TemplateCache;
  /** What one rendering may use. */
  readonly templateLimits: (tenant: TenantId) => RenderLimits;
}

/** Makes the renderers of notifications, and reports what they had to tell in other words. */
export class Rendering {
  readonly #deps: RenderingDeps;
  readonly #fallbacks: MetricFamily;

  constructor(deps: RenderingDeps, kinds: Iterable<string>) {
    this.#deps = deps;
    this.#fallbacks = deps.metrics.counter(
      "tocsin_notification_template_fallbacks_total",
      "Texts of delivered notifications whose template failed, by what was sent instead.",
      ["integration", "sent"],
    );
    for (const kind of kinds) {
      this.#fallbacks.with(kind, "default");
      this.#fallbacks.with(kind, "plain");
    }
  }

  /** For a message about these alerts, which need not be all of the job. */
  async start(job: NotifyJob, alerts: readonly ToldAlert[], slicing: Slicing): Promise<Renderer> {
    const { templates, externalUrl, templateLimits } = this.#deps;
    const input = {
      receiver: job.receiver,
      groupLabels: job.groupLabels,
      routeLabels: labelSetFromRecord(job.routeLabels),
      areRouteLabelsRendered: true,
      alerts,
      externalUrl,
      reason: job.reason,
    };
    const data = await inSlices(templateDataSteps(input), slicing);
    const options = { nowMs: job.nowMs, limits: templateLimits(job.tenant) };
    return new Renderer(templates.compile(job.templateFiles), data, options);
  }

  /** Counts and logs the texts of a message that was delivered. */
  report(job: NotifyJob, { failedTexts }: Renderer): void {
    const { kind, index } = job.integration;
    for (const { field, origin, problem } of failedTexts) {
      this.#fallbacks.with(kind, origin).inc();
      this.#deps.logger.log("warn", "Template of a notification failed, sent in other words", {
        tenant: job.tenant,
        receiver: job.receiver,
        integration: `${kind}[${index}]`,
        field,
        sent: origin,
        err: problem.message,
      });
    }
  }
}
