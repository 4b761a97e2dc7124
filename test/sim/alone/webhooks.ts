import type { WebhookSettings } from "@tocsin/domain/config";
import type { LabelSet } from "@tocsin/domain/model";
import type { Notifier, NotifyJob, NotifyResult } from "@tocsin/engine/ports";
import type { Events } from "../world/events.ts";
import type { SimProcess } from "../world/sim-process.ts";

export type Labels = Readonly<Record<string, string>>;

/** What a webhook answers, and how long it takes. */
export interface Answer {
  readonly status: number;
  readonly delayMs: number;
}

/** A message as a webhook reads it, when it came and what it was answered. */
export interface Delivery {
  /** True time, ms since the world began. */
  readonly atMs: number;
  readonly path: string;
  readonly answered: number;
  readonly receiver: string;
  readonly status: "firing" | "resolved";
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly truncatedAlerts: number;
  readonly reason: string;
  readonly alerts: readonly { readonly status: "firing" | "resolved"; readonly labels: Labels }[];
}

/** Webhooks that keep what they got and answer as they are told to. */
export class Webhooks {
  readonly deliveries: Delivery[] = [];
  /** By path; without an entry 200 at once. */
  readonly answers: Map<string, Answer> = new Map();

  notifierFor(events: Events, process: SimProcess): Notifier {
    return {
      notify: async (job, fence, signal) => {
        if (!fence()) return { kind: "fenced" };
        // The world has no other receivers.
        const settings = job.integration.settings as WebhookSettings;
        const path = new URL(settings.url).pathname;
        const { status, delayMs } = this.answers.get(path) ?? { status: 200, delayMs: 0 };
        this.deliveries.push(deliveryOf(job, { atMs: events.nowMs, path, status }));
        await waitFor(process, { delayMs, signal });
        return resultOf(status);
      },
    };
  }
}

function resultOf(status: number): NotifyResult {
  if (status < 300) return { kind: "accepted" };
  const error = `unexpected status code ${status}`;
  if (status >= 500) return { kind: "retry", error, reason: "serverError" };
  return { kind: "refused", error, reason: "clientError" };
}

function waitFor(
  process: SimProcess,
  { delayMs, signal }: { readonly delayMs: number; readonly signal: AbortSignal },
): Promise<void> {
  if (delayMs === 0) return Promise.resolve();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  process.after(delayMs, resolve);
  return promise;
}

function deliveryOf(
  job: NotifyJob,
  got: { readonly atMs: number; readonly path: string; readonly status: number },
): Delivery {
  const { maxAlerts } = job.integration.settings as WebhookSettings;
  const shown = maxAlerts > 0 ? job.alerts.slice(0, maxAlerts) : job.alerts;
  const alerts = shown.map(({ record, resolved }) => ({
    status: resolved ? ("resolved" as const) : ("firing" as const),
    labels: byName(record),
  }));
  return {
    atMs: got.atMs,
    path: got.path,
    answered: got.status,
    receiver: quoteRegex(job.receiver),
    status: alerts.some(({ status }) => status === "firing") ? "firing" : "resolved",
    groupKey: job.groupKey,
    groupLabels: byName(job.groupLabels),
    commonLabels: common(alerts.map(({ labels }) => labels)),
    truncatedAlerts: job.alerts.length - shown.length,
    reason: job.reason,
    alerts,
  };
}

/** Upstream writes receivers' names so that they can be put into a regular expression. */
function quoteRegex(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
}

function byName({ names, values }: LabelSet): Labels {
  return Object.fromEntries(names.map((name, at) => [name, values[at] ?? ""]));
}

function common([first = {}, ...others]: readonly Labels[]): Labels {
  const shared = Object.entries(first).filter(([name, value]) =>
    others.every((labels) => labels[name] === value),
  );
  return Object.fromEntries(shared);
}
