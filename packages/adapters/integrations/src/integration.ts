import type { NotifyJob, NotifyResult } from "@tocsin/engine/ports";
import type { Clock } from "@tocsin/foundation";
import type { HttpAgents } from "./http/agents.ts";
import type { ReadSecret } from "./http/secrets.ts";

/** What every integration is given. */
export interface IntegrationDeps {
  readonly clock: Clock;
  readonly agents: HttpAgents;
  readonly readSecret: ReadSecret;
  /** `--web.external-url`, as messages show it. */
  readonly externalUrl: string;
  /** For the User-Agent `Alertmanager/<version>`, which receivers know. */
  readonly version: string;
}

/** One attempt to deliver one message. */
export interface Attempt {
  readonly job: NotifyJob;
  /** Asked right before the first byte of every request of the attempt. */
  readonly fence: () => boolean;
  readonly signal: AbortSignal;
}

/**
 * Delivers by one kind of integration. Never throws for a failed delivery; rejects only with the
 * signal's reason.
 */
export type Integration = (deps: IntegrationDeps, attempt: Attempt) => Promise<NotifyResult>;
