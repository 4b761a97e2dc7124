import { AppError, type Logger } from "@tocsin/foundation";
import type { InstanceMeta, Journal } from "../ports/index.ts";

export interface MetaKeeperDeps {
  readonly journal: Pick<Journal, "writeMeta" | "outdateMeta">;
  readonly logger: Logger;
}

/**
 * Writes the small facts that outlive the process, one after another. What a failing disk did not take is
 * owed, and written at a later try: until then the next start would begin as with an older view.
 */
export class MetaKeeper {
  readonly #deps: MetaKeeperDeps;
  #last: Promise<void> = Promise.resolve();
  #newest: InstanceMeta | undefined;
  #isOwed = false;
  /** This process has said that it cannot write. */
  #isTold = false;

  constructor(deps: MetaKeeperDeps) {
    this.#deps = deps;
  }

  /**
   * The first ones of this process. A full disk keeps nobody from being told of an alert: it goes on without,
   * if the ring store has counted the incarnation (alone, where nobody else asks for it, the store is this
   * process) and the next start knows that it must ask there. Else it rejects with what is wrong.
   */
  async writeFirst(meta: InstanceMeta, isStored: boolean): Promise<void> {
    try {
      await this.#deps.journal.writeMeta(meta);
    } catch (error) {
      if (!isStored) throw error;
      await this.#deps.journal.outdateMeta();
      this.#newest = meta;
      this.#isOwed = true;
      this.#isTold = true;
      const err = AppError.from(error).message;
      this.#deps.logger.log("error", UNWRITTEN, { err });
    }
  }

  /** Queues them; a later call may overtake them. */
  write(meta: InstanceMeta): void {
    this.#newest = meta;
    this.#last = this.#last.then(() => this.#writeNewest());
  }

  /** Tries again what is owed; costs nothing if nothing is. */
  retry(): void {
    if (!this.#isOwed || this.#newest === undefined) return;
    this.#isOwed = false;
    this.write(this.#newest);
  }

  /** Resolves when all that was queued was tried. */
  settled(): Promise<void> {
    return this.#last;
  }

  async #writeNewest(): Promise<void> {
    if (this.#newest === undefined) return;
    try {
      await this.#deps.journal.writeMeta(this.#newest);
      this.#isOwed = false;
    } catch {
      // A failing disk reports itself where it takes records.
      this.#isOwed = true;
      return;
    }
    if (this.#isTold) this.#deps.logger.log("info", "The disk can be written again");
    this.#isTold = false;
  }
}

const UNWRITTEN =
  "Starting although the disk cannot be written: alerts are told from memory, but until there is room " +
  "silences and configurations are refused, and what comes in is forgotten if this process ends";
