/**
 * This instance's place among the others (PROTOCOL 3): registers it, keeps the newest view, reports what
 * it has synced, does the upkeep of the document, and leaves.
 *
 * ```text
 *   announced (pending) ──▶ joining ──▶ settled (active) ──▶ draining ──▶ leaving ──▶ removed
 * ```
 *
 * Law: the view never goes back. Of the store, the disk and the peers the highest version stands; a
 * store that was wiped or rolled back is overwritten with the highest view known.
 */
import { AppError, rejectOnAbort, type Clock, type Logger, type Random } from "@tocsin/foundation";
import type { InstanceId } from "@tocsin/domain/model";
import { isNewerView, type RingDocument } from "@tocsin/domain/ring";
import type { InstanceMeta, Journal, Listening, RingReading, RingStore } from "../ports/index.ts";
import { View } from "../cluster/view.ts";
import type { Timings } from "../cluster/timings.ts";
import { Deaths } from "./deaths.ts";
import { leavingOf, leftBy, mayLeave, returnedBy, type OwnEntry } from "./document-changes.ts";
import { drawIncarnation } from "./incarnation.ts";
import { isFresh, joinStep } from "./joining.ts";
import { listeningAfter } from "./listening.ts";
import { MetaKeeper } from "./meta-keeper.ts";
import { RingAccess, type LastSeen } from "./ring-access.ts";
import { upkeepOf, withoutDead, type Judged } from "./upkeep.ts";

export interface MembershipDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: RingStore;
  readonly journal: Journal;
  readonly logger: Logger;
}

export interface MembershipOptions {
  readonly id: InstanceId;
  readonly address: string;
  readonly zone: string;
  readonly replicationFactor: number;
  readonly timings: Timings;
}

const CHANGE_TRIES_MAX = 20;

export class Membership {
  readonly #deps: MembershipDeps;
  readonly #options: MembershipOptions;
  readonly #ring: RingAccess;
  readonly #deaths: Deaths;
  readonly #meta: MetaKeeper;
  #view: View | undefined;
  #incarnation = 0;
  #synced = 0;
  #isLeaving = false;
  #isReplaced = false;
  #hasCaughtUp = false;
  #beatNow: () => void = () => {};
  #listening: Listening | undefined;
  /** Called after each adoption of a newer view. */
  onView: (view: View, before: View | undefined) => void = () => {};
  /** Called once when another process has taken this ID; the process must stop. */
  onReplaced: (error: AppError) => void = () => {};

  constructor(deps: MembershipDeps, options: MembershipOptions) {
    this.#deps = deps;
    this.#options = options;
    const { storeCallMs, heartbeatIntervalMs, heartbeatTimeoutMs, massDeathHoldMs } =
      options.timings;
    this.#meta = new MetaKeeper(deps);
    this.#ring = new RingAccess(deps, storeCallMs);
    const gapMaxMs = 3 * heartbeatIntervalMs + 2 * storeCallMs;
    const { replicationFactor } = options;
    this.#deaths = new Deaths({
      heartbeatTimeoutMs,
      gapMaxMs,
      massDeathHoldMs,
      replicationFactor,
    });
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  get viewOrNone(): View | undefined {
    return this.#view;
  }

  get view(): View {
    if (this.#view === undefined) throw new AppError("unavailable", "Not yet a member of the ring");
    return this.#view;
  }

  /** The view to serve requests by: after all have left, nobody owns anything until one has joined. */
  get inhabitedView(): View {
    if (this.view.ownerIds.length > 0) return this.view;
    throw new AppError("unavailable", "No instance is in the ring yet");
  }

  /** The last answer of the store and its age; for people. */
  get lastSeen(): LastSeen | undefined {
    return this.#ring.lastSeen;
  }

  /** No heartbeat of it for the heartbeat timeout, as far as this instance can tell. */
  isDead(id: InstanceId): boolean {
    return this.#deaths.isDead(id);
  }

  /** For how long those before this process have listened; see `listeningAfter`. */
  get creditMs(): number {
    return this.#listening?.creditMs ?? 0;
  }

  /**
   * Draws the incarnation; the first thing on start. `lastAliveMs` is what the journal knows. With an empty
   * disk it goes on asking the ring store until the signal.
   */
  async identify(signal: AbortSignal, lastAliveMs = 0): Promise<void> {
    const meta = await this.#deps.journal.readMeta();
    const nowMs = this.#deps.clock.wallMs();
    this.#listening = listeningAfter(meta?.listening, { lastAliveMs, nowMs });
    const { id, timings } = this.#options;
    const { incarnation, isStored } = await drawIncarnation(
      { clock: this.#deps.clock, ring: this.#ring, retryMs: timings.heartbeatIntervalMs / 4 },
      { id, onDisk: meta?.incarnation, isOutdated: meta?.isOutdated },
      signal,
    );
    this.#incarnation = incarnation;
    const known = parseDocument(meta?.view);
    this.#hasCaughtUp = meta?.hasCaughtUp === true;
    await this.#meta.writeFirst(this.#metaWith(meta?.view), isStored);
    if (known !== undefined) this.#view = new View(known, this.#options.replicationFactor);
  }

  /** Another process has taken this ID: what the ring says of it is no longer about this one (A26). */
  get isReplaced(): boolean {
    return this.#isReplaced;
  }

  /** Registers this instance, founding the cluster if there is none. Goes on trying until the signal. */
  async join(signal: AbortSignal): Promise<void> {
    const startedAtMs = this.#deps.clock.monotonicMs();
    for (;;) {
      signal.throwIfAborted();
      const reading = await this.#ring.read(signal);
      if (reading === undefined) {
        if (this.#view?.member(this.#options.id) !== undefined) return;
      } else if (this.#noteReplaced(reading.document)) {
        // Nobody waits for this one any more.
        await rejectOnAbort(signal);
      } else if (await this.#tryJoin(reading, startedAtMs, signal)) {
        return;
      }
      await this.#deps.clock.sleep(this.#options.timings.heartbeatIntervalMs / 4, signal);
    }
  }

  /** Takes a newer view, from wherever it comes. */
  adopt(document: RingDocument): void {
    const before = this.#view;
    if (!isNewerView(document, before?.document)) return;
    this.#view = new View(document, this.#options.replicationFactor);
    this.#writeMeta(document);
    this.onView(this.#view, before);
  }

  /** What is on this disk counts as a copy, if its log is whole (PROTOCOL 6). */
  get hasCaughtUp(): boolean {
    return this.#hasCaughtUp;
  }

  /** All that this version gave to this instance is here. */
  reportSynced(version: number): void {
    if (!this.#hasCaughtUp && this.#view !== undefined) {
      this.#hasCaughtUp = true;
      this.#writeMeta(this.#view.document);
    }
    if (version <= this.#synced) return;
    this.#synced = version;
    this.#beatNow();
  }

  /** The heartbeat loop. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const view = this.#view;
      this.#meta.retry();
      await this.#beat(signal);
      // The others wait to see in the next heartbeat that this view is known here.
      if (view !== this.#view) continue;
      const wake = new AbortController();
      this.#beatNow = () => wake.abort();
      const onAbort = (): void => wake.abort();
      signal.addEventListener("abort", onAbort, { once: true });
      await this.#deps.clock
        .sleep(this.#options.timings.heartbeatIntervalMs, wake.signal)
        .catch(() => {});
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Reads the store now, and takes its view if that is newer; undefined: it does not answer. */
  async refresh(signal: AbortSignal): Promise<RingReading | undefined> {
    const reading = await this.#ring.read(signal);
    if (reading?.document !== undefined) this.adopt(reading.document);
    return reading;
  }

  /**
   * Whether the store shows a fresh heartbeat of one of these; undefined: it does not answer. Adopts its
   * view: they may have left.
   */
  async anyAlive(ids: readonly InstanceId[], signal: AbortSignal): Promise<boolean | undefined> {
    const reading = await this.refresh(signal);
    if (reading === undefined) return undefined;
    const { heartbeatFreshMs } = this.#options.timings;
    return ids.some((id) => isFresh(reading, id, heartbeatFreshMs));
  }

  /**
   * Gives up ownership. True: others have taken over everything. False: nobody can, the ring store does
   * not answer, the signal came first, or the place is another process's.
   */
  async leave(signal: AbortSignal): Promise<boolean> {
    this.#isLeaving = true;
    if (!(await this.#beginLeaving(signal))) return false;
    while (!signal.aborted && !this.#isReplaced && this.#isAwaited()) {
      await this.#beat(signal);
      if (this.#isAwaited()) await this.#pause(signal);
    }
    return !this.#isOwner();
  }

  /** Takes `leave` back: by the next heartbeat an owner keeps its place, and anybody else joins anew. */
  stay(): void {
    this.#isLeaving = false;
    this.#beatNow();
  }

  /**
   * Takes the entry out of the ring: the last thing on a clean exit. `hasAll` tells which of the others
   * hold everything that this instance held. The entry of whoever has taken its ID stays.
   */
  async remove(hasAll: (id: InstanceId) => boolean, signal: AbortSignal): Promise<void> {
    await this.#change(signal, (document) => leftBy(document, this.#options.id, hasAll));
    if (!this.#isReplaced) await this.#ring.removeHeartbeat(this.#options.id, signal);
    await this.#meta.settled();
  }

  /** As `OperatorApi.forget` says. */
  async forget(id: InstanceId, signal: AbortSignal): Promise<void> {
    if (this.view.member(id) === undefined) {
      throw new AppError("not-found", `The ring has no member "${id}"`);
    }
    if (id === this.#options.id || !this.isDead(id)) {
      const wanted = "stop it first, or wait for --ring.heartbeat-timeout";
      throw new AppError("conflict", `Member "${id}" is not dead: ${wanted}`);
    }
    const document = await this.#change(signal, (known) =>
      withoutDead(known, { isDead: (one) => one === id }, 0),
    );
    if (document === undefined) {
      throw new AppError(
        "unavailable",
        `Member "${id}" not forgotten: no answer from the ring store`,
      );
    }
    if (document.target.includes(id)) {
      throw new AppError("conflict", `Member "${id}" is the only one left to own anything`);
    }
  }

  #metaWith(view: string | undefined): InstanceMeta {
    return {
      incarnation: this.#incarnation,
      view,
      hasCaughtUp: this.#hasCaughtUp,
      ...(this.#listening && { listening: this.#listening }),
    };
  }

  #writeMeta(document: RingDocument): void {
    this.#meta.write(this.#metaWith(JSON.stringify(document)));
  }

  /** Waits for the drain lease, but not for ever, and takes this instance out of `target`. */
  async #beginLeaving(signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#deps;
    const lateMs = clock.monotonicMs() + this.#options.timings.drainLeaseWaitMs;
    while (!signal.aborted && !this.#isReplaced) {
      const isLate = clock.monotonicMs() >= lateMs;
      const document = await this.#change(signal, (known) =>
        isLate || mayLeave(known, this.#own(), (id) => this.isDead(id))
          ? leavingOf(known, this.#own())
          : undefined,
      );
      if (document?.target.includes(this.#options.id) === false) return true;
      if (isLate) return false;
      await this.#pause(signal);
    }
    return false;
  }

  /** A short wait before the next look; ends early with the signal. */
  async #pause(signal: AbortSignal): Promise<void> {
    await this.#deps.clock
      .sleep(this.#options.timings.heartbeatIntervalMs / 4, signal)
      .catch(() => {});
  }

  #isOwner(): boolean {
    return this.#view?.document.settled.includes(this.#options.id) === true;
  }

  /** Still in `settled`, with somebody in `target` who is taking over. */
  #isAwaited(): boolean {
    if (!this.#isOwner()) return false;
    return this.view.document.target.some((id) => this.view.member(id)?.state !== "leaving");
  }

  #own(): OwnEntry {
    const { id, address, zone } = this.#options;
    return { id, address, zone, incarnation: this.#incarnation };
  }

  async #tryJoin(reading: RingReading, startedAtMs: number, signal: AbortSignal): Promise<boolean> {
    const { foundingWaitMs, heartbeatFreshMs } = this.#options.timings;
    const step = joinStep(reading, {
      own: this.#own(),
      view: this.#view?.document,
      hasWaited: this.#deps.clock.monotonicMs() - startedAtMs >= foundingWaitMs,
      heartbeatFreshMs,
    });
    if (step.kind === "wait") return false;
    return (await this.#tryWrite(step.expected, step.next, signal)) && step.isLast;
  }

  async #beat(signal: AbortSignal): Promise<void> {
    if (this.#view === undefined || this.#isReplaced) return;
    const own = {
      id: this.#options.id,
      incarnation: this.#incarnation,
      viewSeen: this.#view.version,
      synced: this.#synced,
    };
    if (!(await this.#ring.beat(own, signal))) return;
    const reading = await this.#ring.read(signal);
    if (reading === undefined) return;
    this.#deaths.observe(reading, this.#deps.clock.monotonicMs());
    await this.#reconcile(reading, signal);
  }

  /** Brings store and view together, and does what is due for the others. */
  async #reconcile(reading: RingReading, signal: AbortSignal): Promise<void> {
    const own = this.#view?.document;
    if (own === undefined) return;
    const stored = reading.document;
    if (this.#noteReplaced(stored)) return;
    if (stored === undefined || isNewerView(own, stored)) {
      await this.#putBack(own, stored?.version ?? 0, signal);
      return;
    }
    this.adopt(stored);
    if (!this.#isLeaving && !this.#isNamedBy(stored)) {
      await this.#comeBack(signal);
    } else if (!this.#deaths.isDoubtful) {
      await this.#keepUp(reading, signal);
    }
  }

  /** It is to own, and means this process, not a former one or another of the same name. */
  #isNamedBy({ target, members }: RingDocument): boolean {
    const { id } = this.#options;
    const entry = members.find((member) => member.id === id);
    return target.includes(id) && entry?.incarnation === this.#incarnation;
  }

  /** Was forgotten, taken for dead or overwritten: an owner keeps its place, anybody else joins anew. */
  async #comeBack(signal: AbortSignal): Promise<void> {
    await this.#change(signal, (document) =>
      this.#isNamedBy(document) ? undefined : returnedBy(document, this.#own()),
    );
  }

  async #keepUp({ heartbeats }: RingReading, signal: AbortSignal): Promise<void> {
    const next = (known: RingDocument): RingDocument | undefined => {
      const judged: Judged = {
        isDead: (id) => id !== this.#options.id && this.isDead(id),
        hasSynced: (id) => heartbeats.some((one) => one.id === id && one.synced >= known.version),
      };
      return upkeepOf(known, judged, this.#options.replicationFactor);
    };
    const before = this.view.document;
    if (next(before) === undefined) return;
    const after = await this.#change(signal, next);
    if (after === undefined) return;
    const ids = new Set(after.members.map(({ id }) => id));
    for (const { id } of before.members) {
      if (!ids.has(id)) await this.#ring.removeHeartbeat(id, signal);
    }
  }

  /** The store has an older view than is known here: wiped, rolled back, or raced by another writer. */
  async #putBack(own: RingDocument, stored: number, signal: AbortSignal): Promise<void> {
    const isNewer = own.version > stored;
    const next = isNewer ? own : { ...own, version: stored + 1, writer: this.#options.id };
    if ((await this.#ring.write(stored, next, signal)) && !isNewer) this.adopt(next);
  }

  /**
   * A process that sees a higher incarnation of its own ID has been replaced (A26). It changes nothing in
   * the ring any more: by its leaving the other one would lose its place.
   */
  #noteReplaced(stored: RingDocument | undefined): boolean {
    const entry = stored?.members.find((member) => member.id === this.#options.id);
    if (entry === undefined || entry.incarnation <= this.#incarnation) return this.#isReplaced;
    if (this.#isReplaced) return true;
    this.#isReplaced = true;
    this.onReplaced(
      new AppError(
        "conflict",
        `Another process runs as instance "${this.#options.id}": incarnation ${entry.incarnation}, ` +
          `this one is ${this.#incarnation}. Give each process its own --ring.instance-id`,
      ),
    );
    return true;
  }

  /**
   * Changes the stored document by compare-and-set, again and again until it is done or not needed.
   * Undefined: the store does not answer, others are always first, or it is not for this process any more.
   */
  async #change(
    signal: AbortSignal,
    next: (document: RingDocument) => RingDocument | undefined,
  ): Promise<RingDocument | undefined> {
    for (let tries = 0; tries < CHANGE_TRIES_MAX && !signal.aborted; tries += 1) {
      const reading = await this.#ring.read(signal);
      if (reading?.document === undefined || this.#noteReplaced(reading.document)) return undefined;
      const changed = next(reading.document);
      if (changed === undefined) return reading.document;
      const written = { ...changed, writer: this.#options.id };
      if (await this.#tryWrite(reading.document.version, written, signal)) return written;
      const waitMs = (this.#deps.random.uint32() % 100) + 10;
      await this.#deps.clock.sleep(waitMs, signal).catch(() => {});
    }
    return undefined;
  }

  async #tryWrite(expected: number, next: RingDocument, signal: AbortSignal): Promise<boolean> {
    const document = { ...next, writer: this.#options.id };
    const done = await this.#ring.write(expected, document, signal);
    if (done) this.adopt(document);
    return done;
  }
}

function parseDocument(text: string | undefined): RingDocument | undefined {
  if (text === undefined) return undefined;
  // Written by this program only, and replaced whole; the shape needs no check beyond being JSON.
  return JSON.parse(text) as RingDocument;
}
