import type { IntegrationConfig, WebhookSettings } from "@tocsin/domain/config";
import { FieldError, type Renderer } from "@tocsin/domain/notify";
import type { Notifier, NotifyJob, NotifyResult } from "@tocsin/engine/ports";
import { Pacer, type Clock, type Slicing } from "@tocsin/foundation";
import { discord } from "./discord/integration.ts";
import { refused } from "./failure.ts";
import { HttpAgents } from "./http/agents.ts";
import { unsupportedField } from "./http/client.ts";
import type { Firewall } from "./http/firewall.ts";
import { readSecretFile, type ReadSecret } from "./http/secrets.ts";
import type { Attempt, Integration, IntegrationDeps } from "./integration.ts";
import { Lanes } from "./lanes.ts";
import { Rendering, type RenderingDeps } from "./rendering.ts";
import { webhook } from "./webhook/integration.ts";

export interface NotifierDeps extends RenderingDeps {
  readonly clock: Clock;
  /** Of Alertmanager's version that we are equal to; receivers see `Alertmanager/<version>`. */
  readonly version: string;
  /** Where messages may not go. Default: anywhere. */
  readonly firewall?: Firewall;
  /** How file-backed secrets are read, at each send, as upstream does. Default: however long the disk takes. */
  readonly readSecret?: ReadSecret;
}

/** A notifier that holds connections. */
export interface ClosableNotifier extends Notifier {
  /** Ends all connections; attempts in flight fail. */
  close(): Promise<void>;
}

/**
 * So many simple alerts, or what costs as much, are written in one turn of the event loop: some 5 ms. A
 * hundred groups may be due at the same instant, and to write all their messages one right after the other
 * would hold everybody up.
 */
const TURN_ALERT_COUNT_MAX = 300;
/** What a message costs without its alerts, in alerts. */
const MESSAGE_SIZE = 5;

/** By kind, as configurations name them. */
const INTEGRATIONS: ReadonlyMap<string, Integration> = new Map([
  ["discord", discord],
  ["webhook", webhook],
]);

/** What of it this version cannot do, as it is written in YAML; undefined: it can send. */
export function unsupportedOf(integration: IntegrationConfig): string | undefined {
  if (!INTEGRATIONS.has(integration.kind)) return `${integration.kind}_configs`;
  // Both kinds send by HTTP.
  const { httpConfig } = integration.settings as Pick<WebhookSettings, "httpConfig">;
  return httpConfig === undefined ? undefined : unsupportedField(httpConfig);
}

/** Sends each job by the integration of its kind; a kind without one is refused, not lost silently. */
export function createNotifier(deps: NotifierDeps): ClosableNotifier {
  const agents = new HttpAgents(deps.clock, deps.firewall);
  const turns = new Pacer(TURN_ALERT_COUNT_MAX, setImmediate);
  const slicing: Slicing = {
    sizeMax: TURN_ALERT_COUNT_MAX,
    rest: () => turns.take(TURN_ALERT_COUNT_MAX),
  };
  const lanes = new Lanes(
    deps.metrics
      .gauge(
        "tocsin_notification_messages_waiting",
        "Messages that wait unwritten until others have ended.",
      )
      .with(),
  );
  const rendering = new Rendering(deps, INTEGRATIONS.keys());
  const shared: IntegrationDeps = {
    ...deps,
    agents,
    readSecret: deps.readSecret ?? readSecretFile,
  };
  async function send(
    integration: Integration,
    attempt: Omit<Attempt, "startRendering" | "slicing">,
  ): Promise<NotifyResult> {
    const { job } = attempt;
    const renderers: Renderer[] = [];
    const startRendering = async (alerts = job.alerts): Promise<Renderer> => {
      const renderer = await rendering.start(job, alerts, slicing);
      renderers.push(renderer);
      return renderer;
    };
    const result = await deliver(integration, shared, { ...attempt, slicing, startRendering });
    if (result.kind === "accepted") {
      for (const renderer of renderers) rendering.report(job, renderer);
    }
    return result;
  }
  return {
    async notify(job, fence, signal) {
      signal.throwIfAborted();
      const { kind } = job.integration;
      const integration = INTEGRATIONS.get(kind);
      if (integration === undefined) return refused(`integration kind "${kind}" is not supported`);
      const place = await lanes.enter(laneOf(job), signal);
      try {
        const turn = turns.take(MESSAGE_SIZE + Math.min(job.alerts.length, TURN_ALERT_COUNT_MAX));
        if (turn !== undefined) await turn;
        signal.throwIfAborted();
        // Asked again before the first byte; but what has waited too long is not even written.
        if (place.hasWaited && !fence()) return { kind: "fenced" };
        return await send(integration, { job, fence, signal });
      } finally {
        place.leave();
      }
    },
    close: () => agents.close(),
  };
}

function laneOf({ tenant, receiver, integration: { kind, index } }: NotifyJob): string {
  return JSON.stringify([tenant, receiver, kind, index]);
}

async function deliver(
  integration: Integration,
  deps: IntegrationDeps,
  attempt: Attempt,
): Promise<NotifyResult> {
  try {
    return await integration.deliver(deps, attempt);
  } catch (error) {
    if (error instanceof FieldError) return refused(error.message);
    throw error;
  }
}
