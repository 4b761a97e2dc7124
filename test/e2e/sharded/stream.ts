import { setTimeout as delay } from "node:timers/promises";
import type { Instance } from "../servers/index.ts";
import { Client } from "../servers/index.ts";

const TRIES_MAX = 40;
/** Who has been refused by all of its list does not knock again in the same moment. */
const ROUND_DELAY_MS = 100;

/** What has been acknowledged, by tenant. */
export interface Acknowledged {
  readonly alerts: string[];
  /** Names of alerts that were silenced before they were posted. */
  readonly silenced: string[];
  readonly silenceIds: string[];
}

/**
 * A sender that has a list of instances, as Prometheus has: what one does not take goes to the next,
 * until one says yes. Every fifth alert is silenced first.
 */
export class Stream {
  readonly acknowledged: Acknowledged = { alerts: [], silenced: [], silenceIds: [] };
  /** Requests that were refused, or got no answer. */
  failureCount = 0;
  readonly #members: readonly Instance[];
  readonly #tenant: string;
  #next = 0;

  constructor(members: readonly Instance[], tenant: string) {
    this.#members = members;
    this.#tenant = tenant;
  }

  /** Sends alerts `name-0` and so on, one after the other; `before` is called with each number. */
  async send(name: string, count: number, before: (at: number) => void = () => {}): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      before(at);
      const alertname = `${name}-${at}`;
      if (at % 5 === 0) {
        const id = await this.#insist((client) => client.silence(alertname));
        this.acknowledged.silenceIds.push(id);
        this.acknowledged.silenced.push(alertname);
      }
      await this.#insist((client) => client.post({ labels: { alertname } }));
      this.acknowledged.alerts.push(alertname);
    }
  }

  async #insist<T>(act: (client: Client) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      const member = this.#members[this.#next % this.#members.length] as Instance; // In range.
      this.#next += 1;
      try {
        return await act(new Client(member.endpoint, this.#tenant));
      } catch (error) {
        this.failureCount += 1;
        if (tries >= TRIES_MAX) throw error;
        if (tries % this.#members.length === 0) await delay(ROUND_DELAY_MS);
      }
    }
  }
}
