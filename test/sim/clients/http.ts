import type { InstanceId } from "@tocsin/domain/model";
import type { ReadResult, TenantApi } from "@tocsin/engine/api";
import type { ReadAt } from "../checkers/reads.ts";
import type { History, Refusal, Write } from "../history.ts";
import type { Draw } from "../world/events.ts";
import type { World } from "../world/world.ts";

const INSIST_MS = 300;
const CLIENT_TIMEOUT_MS = 5_000;
const CLIENT_GONE = new Error("the client is gone");

/** What a request does once an instance has read it. */
export type Work = (api: TenantApi, signal: AbortSignal) => Promise<void>;

/** A write, and the request that makes it. */
export interface Try {
  readonly write: Write;
  readonly work: Work;
}

/** Requests of clients to whatever machine seems to run. */
export class Http {
  readonly world: World;
  readonly history: History;
  readonly #draw: Draw;
  /** Nobody asks for anything any more. */
  isOver = false;
  /** What is said to have ended did so that long ago at least. */
  endLagMs = 0;
  /** What is sent again and again is said to have ended at once, not when it would be sent again. */
  endsAtOnce = false;
  /** Called when a write is acknowledged. */
  onYes: () => void = () => {};
  /** Called with each complete answer to a reader. */
  onRead: (read: ReadAt, result: ReadResult) => void = () => {};

  constructor(world: World, history: History, draw: Draw) {
    this.world = world;
    this.history = history;
    this.#draw = draw;
  }

  get nowMs(): number {
    return this.world.events.nowMs;
  }

  /** Runs at an instant of true time. */
  at(atMs: number, run: () => void): void {
    this.world.events.after(atMs - this.nowMs, run);
  }

  newWrite(count: number): Write {
    const rest = { by: "" as const, ackedMs: undefined, failedMs: undefined };
    return { number: count + 1, beganMs: this.nowMs, ...rest };
  }

  /** One try, noted in `write`. */
  write(what: Refusal["what"], { write, work }: Try, done: (isAcked: boolean) => void): void {
    this.request(work, (failure, by) => {
      write.by = by;
      if (failure === undefined) write.yesMs = this.nowMs;
      if (failure === undefined && write.isLost === true) write.failedMs = this.nowMs;
      else if (failure === undefined) write.ackedMs = this.nowMs;
      if (failure === undefined) this.onYes();
      else write.failedMs = this.nowMs;
      if (failure !== undefined) {
        this.history.refusals.push({
          what,
          by,
          why: failure,
          beganMs: write.beganMs,
          endedMs: this.nowMs,
        });
      }
      done(failure === undefined);
    });
  }

  /** Tries anew until somebody says yes; each try is a write of its own. */
  insist<W extends Write>(
    what: Refusal["what"],
    next: () => { readonly write: W; readonly work: Work },
    done: (write: W) => void,
  ): void {
    const one = next();
    this.write(what, one, (isAcked) => {
      if (isAcked) done(one.write);
      else this.world.events.after(INSIST_MS, () => this.insist(what, next, done));
    });
  }

  /** One request to a machine that seems to run. `done` gets a text when it failed. */
  request(work: Work, done: (failure: string | undefined, by: InstanceId | "") => void): void {
    if (this.isOver) return;
    const { events, machines } = this.world;
    // A stopped process still accepts connections; only a dead one refuses them.
    const alive = machines.filter(({ process }) => process.state !== "dead");
    if (alive.length === 0) {
      events.after(INSIST_MS, () => done("nobody there", ""));
      return;
    }
    const machine = this.#draw.pick(alive);
    const { id, process, instance } = machine;
    const abort = new AbortController();
    let isDone = false;
    const finish = (failure: string | undefined): void => {
      if (isDone) return;
      isDone = true;
      // Its process learns of it when it runs.
      process.receive(() => abort.abort(CLIENT_GONE));
      done(failure, id);
    };
    events.after(CLIENT_TIMEOUT_MS, () => finish("timeout"));
    events.after(this.#draw.between(0.2, 3), () => {
      if (process.state === "dead") finish("connection refused");
      process.receive(() => {
        void Promise.resolve()
          .then(() => {
            if (instance === undefined) throw new Error("not ready: no process");
            const readiness = instance.readiness();
            // Who keeps a connection does not ask: a drained instance goes on serving.
            const isDrained = instance.drainState() !== "serving" && machine.leaving === undefined;
            if (!readiness.ready && !isDrained) throw new Error(`not ready: ${readiness.why}`);
            return work(instance.api, abort.signal);
          })
          .then(
            () => this.#answer(() => finish(undefined)),
            (error: unknown) => this.#answer(() => finish(String(error))),
          );
      });
    });
  }

  /** An answer that has been written arrives even if the process dies right after. */
  #answer(run: () => void): void {
    this.world.events.after(this.#draw.between(0.2, 3), run);
  }
}
