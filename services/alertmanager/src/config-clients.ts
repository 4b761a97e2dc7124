/** Whether the receivers of a configuration can send as it says, as far as that is looked at beforehand. */
import { setImmediate } from "node:timers/promises";
import type { HttpConfig, IntegrationConfig, WebhookSettings } from "@tocsin/domain/config";
import { usedReceivers, type TenantSettings } from "@tocsin/engine/tenant";
import {
  findClientFault,
  onceEach,
  type ClientFault,
  type ReadSecret,
} from "@tocsin/integrations/http";
import { clientFault } from "./config-fault.ts";

/** A receiver may have thousands of integrations, all with the same fault. */
const FAULT_COUNT_MAX = 100;

/**
 * Rejects with the faults of the first receiver that has some, of those that routes name: each with its
 * place, and in upstream's words. `read` is asked once for each file. Mirrors BuildReceiverIntegrations of
 * Alertmanager 0.34 `config/receiver/receiver.go`.
 */
export async function checkClients(settings: TenantSettings, read: ReadSecret): Promise<void> {
  const clients = new Clients(read);
  for (const { name, integrations } of usedReceivers(settings)) {
    const faults: string[] = [];
    const words: string[] = [];
    for (const integration of integrations) {
      const fault = await clients.faultOf(integration);
      if (fault === undefined || faults.length === FAULT_COUNT_MAX) continue;
      const { kind, index } = integration;
      const place = `receiver ${JSON.stringify(name)}, ${kind}_configs[${index}].http_config.`;
      faults.push(`${place}${fault.field}: ${fault.words}`);
      words.push(fault.words);
    }
    if (faults.length > 0) throw clientFault(faults.join("; "), words.join("\n"));
  }
}

class Clients {
  readonly #read: ReadSecret;
  /** By what was written: many receivers have the global one. */
  readonly #faults = new Map<HttpConfig, ClientFault | undefined>();

  constructor(read: ReadSecret) {
    this.#read = onceEach(read);
  }

  async faultOf({ kind, settings }: IntegrationConfig): Promise<ClientFault | undefined> {
    // E-mail alone has none of its own, and upstream looks at its TLS when it sends.
    if (kind === "email") return undefined;
    const { httpConfig } = settings as Pick<WebhookSettings, "httpConfig">;
    if (httpConfig === undefined) return undefined;
    if (this.#faults.has(httpConfig)) return this.#faults.get(httpConfig);
    const fault = await findClientFault(httpConfig, this.#read);
    this.#faults.set(httpConfig, fault);
    // Certificates take up to a millisecond to parse.
    if (hasPem(httpConfig)) await setImmediate();
    return fault;
  }
}

function hasPem({ tlsConfig: { ca, caFile, cert, certFile } }: HttpConfig): boolean {
  return [ca, caFile, cert, certFile].some((text) => text !== "");
}
