import type { Renderer } from "@tocsin/domain/notify";
import type { NotifyJob, NotifyResult, ToldAlert } from "@tocsin/engine/ports";
import type { Clock, Slicing } from "@tocsin/foundation";
import type { HttpAgents } from "./http/agents.ts";
import type { ReadSecret } from "./http/secrets.ts";

/** What every integration is given. */
export interface IntegrationDeps {
  readonly clock: Clock;
  readonly agents: HttpAgents;
  readonly readSecret: ReadSecret;
  /** For the User-Agent `Alertmanager/<version>`, which receivers know. */
  readonly version: string;
}

/** One attempt to deliver one message. */
export interface Attempt {
  readonly job: NotifyJob;
  /** Asked right before the first byte of every request of the attempt. */
  readonly fence: () => boolean;
  readonly signal: AbortSignal;
  /** For what is done for each alert of a message: others have turns between. */
  readonly slicing: Slicing;
  /**
   * Makes a renderer for the fields of one message, about all alerts of the job or these. A `FieldError`
   * that it throws may be thrown on: it ends the notification for good, as upstream has it.
   */
  readonly startRendering: (alerts?: readonly ToldAlert[]) => Promise<Renderer>;
}

/** Where a message goes, or what becomes of it when nobody can tell. */
export type MessageUrl =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "none"; readonly result: NotifyResult };

/** One kind of integration. */
export interface Integration {
  /**
   * Never throws for a failed delivery; rejects only with the signal's reason, or with the error of a
   * template.
   */
  readonly deliver: (deps: IntegrationDeps, attempt: Attempt) => Promise<NotifyResult>;
}
