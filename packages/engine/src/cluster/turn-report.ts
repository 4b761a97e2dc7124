import type { Logger } from "@tocsin/foundation";
import type { OpenedClaim } from "./opened-claim.ts";
import type { TurnKey } from "./turn-deps.ts";

/** What the log says of a turn that has trouble, in upstream's words: people have alerts on them. */
export class TurnReport {
  readonly #logger: Logger;
  readonly #key: TurnKey;

  constructor(logger: Logger, key: TurnKey) {
    this.#logger = logger;
    this.#key = key;
  }

  /** The end of a flush that failed; `why` is empty or ends with a blank. */
  failed(attempts: number, why: string, error: string): void {
    const { tenant, receiver, groupId } = this.#key;
    const name = `${receiver}/${this.#integration}`;
    const err = `${name}: notify retry canceled ${why}after ${attempts} attempts: ${error}`;
    this.#logger.log("error", "Notify for alerts failed", { tenant, group: groupId, err });
  }

  /** One attempt failed; `next` is what comes now. */
  attemptFailed(attempts: number, error: string, next: string): void {
    const { tenant, receiver, groupKey } = this.#key;
    this.#logger.log("warn", `Notify attempt failed, ${next}`, {
      component: "dispatcher",
      tenant,
      receiver,
      integration: this.#integration,
      aggrGroup: groupKey,
      attempts,
      err: error,
    });
  }

  /**
   * Without a majority a partition may make it tell twice, or contradict what a majority tells. With one
   * nobody else speaks, but what only those hold that do not count yet, or are gone, may be missing.
   */
  alone({ hasMajority, lacking }: Pick<OpenedClaim, "hasMajority" | "lacking">): void {
    const { tenant, receiver, groupKey } = this.#key;
    const what = hasMajority
      ? "before enough owners have caught up"
      : "without a majority of owners";
    this.#logger.log("warn", `Notifying ${what}`, {
      tenant,
      receiver,
      integration: this.#integration,
      aggrGroup: groupKey,
      lacking: lacking.join(","),
    });
  }

  get #integration(): string {
    const { kind, index } = this.#key.integration;
    return `${kind}[${index}]`;
  }
}
