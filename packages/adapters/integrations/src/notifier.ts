import type { Notifier } from "@tocsin/engine/ports";
import type { Clock } from "@tocsin/foundation";
import { refused } from "./failure.ts";
import { HttpAgents } from "./http/agents.ts";
import { readSecretFile, type ReadSecret } from "./http/secrets.ts";
import type { Integration, IntegrationDeps } from "./integration.ts";
import { webhook } from "./webhook/integration.ts";

export interface NotifierDeps {
  readonly clock: Clock;
  /** `--web.external-url`, without a slash at its end. */
  readonly externalUrl: string;
  /** Of Alertmanager's version that we are equal to; receivers see `Alertmanager/<version>`. */
  readonly version: string;
  /** How file-backed secrets are read. Default: from the disk, at each send, as upstream does. */
  readonly readSecret?: ReadSecret;
}

/** A notifier that holds connections. */
export interface ClosableNotifier extends Notifier {
  /** Ends all connections; attempts in flight fail. */
  close(): Promise<void>;
}

/** By kind, as configurations name them. */
const INTEGRATIONS: ReadonlyMap<string, Integration> = new Map([["webhook", webhook]]);

/** Sends each job by the integration of its kind; a kind without one is refused, not lost silently. */
export function createNotifier(deps: NotifierDeps): ClosableNotifier {
  const agents = new HttpAgents();
  const shared: IntegrationDeps = {
    ...deps,
    agents,
    readSecret: deps.readSecret ?? readSecretFile,
  };
  return {
    async notify(job, fence, signal) {
      signal.throwIfAborted();
      const { kind } = job.integration;
      const integration = INTEGRATIONS.get(kind);
      if (integration === undefined) return refused(`integration kind "${kind}" is not supported`);
      return integration(shared, { job, fence, signal });
    },
    close: () => agents.close(),
  };
}
