import type { Logger } from "@tocsin/foundation";
import type { InstanceId } from "@tocsin/domain/model";
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

  /** A partition may make it tell twice, or contradict what a majority tells. */
  alone(lacking: readonly InstanceId[]): void {
    const { tenant, receiver, groupKey } = this.#key;
    this.#logger.log("warn", "Notifying without a majority of owners", {
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
