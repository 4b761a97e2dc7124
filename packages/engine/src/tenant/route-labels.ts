/** The labels that a group's route gives it, rendered: their values may be templates (S-97). */
import type { LabelSet, TenantId } from "@tocsin/domain/model";
import type { TemplateSource } from "@tocsin/domain/template";
import type { ToldAlert } from "../ports/index.ts";
import type { Group } from "./group.ts";
import type { TenantData } from "./tenant-data.ts";

export type RouteLabels = Readonly<Record<string, string>>;

/** What route labels can show. */
export interface RouteLabelsInput {
  readonly templateFiles: readonly TemplateSource[];
  readonly receiver: string;
  readonly groupLabels: LabelSet;
  /** As configured. */
  readonly labels: RouteLabels;
  /** All of the group, muted ones too. */
  readonly alerts: readonly ToldAlert[];
  readonly nowMs: number;
}

/** Renders the labels of one group. One that fails is left out. Never throws. */
export type RenderRouteLabels = (input: RouteLabelsInput) => RouteLabels;

/** What it returns shares the tenant's limits between all its calls: thousands of groups may be shown. */
export type StartRouteLabels = (tenant: TenantId) => RenderRouteLabels;

/** Reads the route labels of groups at one instant. */
export class RouteLabelReader {
  readonly #data: TenantData;
  readonly #nowMs: number;
  #render: RenderRouteLabels | undefined;

  constructor(data: TenantData, nowMs: number) {
    this.#data = data;
    this.#nowMs = nowMs;
  }

  /** Most routes have none, and most that have some have no templates in them. */
  readsAlerts({ labels }: Group["route"]): boolean {
    const hasTemplate = Object.values(labels).some((value) => value.includes("{{"));
    return hasTemplate && this.#data.shared.startRouteLabels !== undefined;
  }

  /** As they are configured where nobody renders them. */
  read(group: Pick<Group, "route" | "labels">, alerts: () => readonly ToldAlert[]): RouteLabels {
    const { labels, receiver } = group.route;
    const { id, shared, settings } = this.#data;
    if (shared.startRouteLabels === undefined || !this.readsAlerts(group.route)) return labels;
    this.#render ??= shared.startRouteLabels(id);
    return this.#render({
      templateFiles: settings?.templateFiles ?? [],
      receiver,
      groupLabels: group.labels,
      labels,
      alerts: alerts(),
      nowMs: this.#nowMs,
    });
  }
}
