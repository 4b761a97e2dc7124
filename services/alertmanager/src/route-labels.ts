import { RouteLabelRenderer } from "@tocsin/domain/notify";
import type { RenderLimits, TemplateCache } from "@tocsin/domain/template";
import type { StartRouteLabels } from "@tocsin/engine/tenant";
import type { TenantId } from "@tocsin/domain/model";
import type { Logger } from "@tocsin/foundation";

interface RouteLabelDeps {
  readonly logger: Logger;
  readonly templates: TemplateCache;
  readonly templateLimits: (tenant: TenantId) => RenderLimits;
  readonly externalUrl: string;
}

/** Renders the labels of routes. They are read far more often than they change, so what fails is no news. */
export function startRouteLabels(deps: RouteLabelDeps): StartRouteLabels {
  const { logger, templates, templateLimits, externalUrl } = deps;
  return (tenant) => {
    const renderer = new RouteLabelRenderer(templateLimits(tenant));
    return ({ templateFiles, ...input }) => {
      const shown = { ...input, externalUrl };
      const { labels, failed } = renderer.render(templates.compile(templateFiles), shown);
      for (const { name, problem } of failed) {
        const { receiver } = input;
        const err = problem.message;
        logger.log("debug", "Route label left out", { tenant, receiver, label: name, err });
      }
      return labels;
    };
  };
}
