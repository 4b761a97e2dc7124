/**
 * This instance's place among the others (PROTOCOL 3): registers it, keeps the newest view, reports what
 * it has synced, settles transitions, and leaves.
 *
 * Law: the view never goes back. Of the store, the disk and the peers the highest version stands; a
 * store that was wiped or rolled back is overwritten with the highest view known.
 */
import { AppError, withDeadline, type Clock, type Logger, type Random } from "@tocsin/foundation";
import type { InstanceId } from "@tocsin/domain/model";
import { isNewerView, type RingDocument } from "@tocsin/domain/ring";
import type { Journal, RingReading, RingStore } from "../ports/index.ts";
import { View } from "../cluster/view.ts";
import type { Timings } from "../cluster/timings.ts";
import {
  foundedBy,
  joinedBy,
  leftBy,
  leavingOf,
  maySettle,
  returnedBy,
  settledOf,
  type OwnEntry,
} from "./document-changes.ts";

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

/** What the store said last, and when. */
interface Seen {
  readonly reading: RingReading;
  readonly atMonotonicMs: number;
}

const CHANGE_TRIES_MAX = 20;

export class Membership {
  readonly #deps: MembershipDeps;
  readonly #options: MembershipOptions;
  #view: View | undefined;
  #incarnation = 0;
  #synced = 0;
  #isLeaving = false;
  #hasCaughtUp = false;
  #beatNow: () => void = () => {};
  #meta: Promise<void> = Promise.resolve();
  #seen: Seen | undefined;
  storeIsUp = true;
  /** Called after each adoption of a newer view. */
  onView: (view: View) => void = () => {};

  constructor(deps: MembershipDeps, options: MembershipOptions) {
    this.#deps = deps;
    this.#options = options;
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

  /** Draws the incarnation; the first thing on start. */
  async identify(signal: AbortSignal): Promise<void> {
    const meta = await this.#deps.journal.readMeta();
    const above = meta?.incarnation ?? 0;
    const drawn = await this.#ask(signal, (inner) =>
      this.#deps.store.nextIncarnation(this.#options.id, above, inner),
    ).catch(() => above + 1);
    this.#incarnation = Math.max(drawn, above + 1);
    const known = parseDocument(meta?.view);
    this.#hasCaughtUp = meta?.hasCaughtUp === true;
    await this.#deps.journal.writeMeta({
      incarnation: this.#incarnation,
      view: meta?.view,
      hasCaughtUp: this.#hasCaughtUp,
    });
    if (known !== undefined) this.#view = new View(known, this.#options.replicationFactor);
  }

  /** Registers this instance, founding the cluster if there is none. Goes on trying until the signal. */
  async join(signal: AbortSignal): Promise<void> {
    const startedAtMs = this.#deps.clock.monotonicMs();
    for (;;) {
      signal.throwIfAborted();
      const reading = await this.#read(signal);
      if (reading === undefined) {
        if (this.#view?.member(this.#options.id) !== undefined) return;
      } else if (await this.#tryJoin(reading, startedAtMs, signal)) {
        return;
      }
      await this.#deps.clock.sleep(this.#options.timings.heartbeatIntervalMs / 4, signal);
    }
  }

  /** Takes a newer view, from wherever it comes. */
  adopt(document: RingDocument): void {
    if (!isNewerView(document, this.#view?.document)) return;
    this.#view = new View(document, this.#options.replicationFactor);
    this.#writeMeta(document);
    this.onView(this.#view);
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
      await this.#beat(signal);
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

  /** Reads the store now, for a view that somebody else is said to have. */
  async refresh(signal: AbortSignal): Promise<void> {
    const reading = await this.#read(signal);
    if (reading?.document !== undefined) this.adopt(reading.document);
  }

  /** Whether the store shows a fresh heartbeat of one of these; false too when it does not answer. */
  async anyAlive(ids: readonly InstanceId[], signal: AbortSignal): Promise<boolean> {
    const reading = await this.#read(signal);
    if (reading === undefined) return false;
    return reading.heartbeats.some(
      (beat) =>
        ids.includes(beat.id) &&
        reading.storeNowMs - beat.atMs < this.#options.timings.heartbeatFreshMs,
    );
  }

  /** Gives up ownership; returns when others have taken over, or when nobody can. */
  async leave(signal: AbortSignal): Promise<void> {
    this.#isLeaving = true;
    const left = await this.#change(signal, (document) => leavingOf(document, this.#own()));
    if (left === undefined) return;
    while (!signal.aborted && this.#isAwaited()) {
      await this.#beat(signal);
      if (!this.#isAwaited()) return;
      await this.#deps.clock
        .sleep(this.#options.timings.heartbeatIntervalMs / 4, signal)
        .catch(() => {});
    }
  }

  /** Takes the entry out of the ring: the last thing on a clean exit. */
  async remove(signal: AbortSignal): Promise<void> {
    await this.#change(signal, (document) => leftBy(document, this.#options.id));
    await this.#ask(signal, (inner) =>
      this.#deps.store.removeHeartbeat(this.#options.id, inner),
    ).catch(() => {});
    await this.#meta;
  }

  #writeMeta(document: RingDocument): void {
    const meta = {
      incarnation: this.#incarnation,
      view: JSON.stringify(document),
      hasCaughtUp: this.#hasCaughtUp,
    };
    // A failing disk reports itself; the next start then begins as with an older view.
    this.#meta = this.#meta.then(() => this.#deps.journal.writeMeta(meta)).catch(() => {});
  }

  /** Still in `settled`, with somebody in `target` who is taking over. */
  #isAwaited(): boolean {
    const document = this.#view?.document;
    if (document === undefined || !document.settled.includes(this.#options.id)) return false;
    return document.target.some((id) => this.view.member(id)?.state !== "leaving");
  }

  #own(): OwnEntry {
    const { id, address, zone } = this.#options;
    return { id, address, zone, incarnation: this.#incarnation };
  }

  async #tryJoin(reading: RingReading, startedAtMs: number, signal: AbortSignal): Promise<boolean> {
    const own = this.#own();
    const known = reading.document;
    if (known === undefined && this.#view?.member(own.id) !== undefined) {
      // The store was wiped: the last view that this disk knows goes back into it (A22).
      return this.#tryWrite(0, returnedBy(this.#view.document, own), signal);
    }
    if (known === undefined || known.members.length === 0) {
      const waitedMs = this.#deps.clock.monotonicMs() - startedAtMs;
      if (waitedMs < this.#options.timings.foundingWaitMs) return false;
      // Above the last view on this disk too: one below it would be overwritten with that by the first beat.
      const above = Math.max(known?.version ?? 0, this.#view?.version ?? 0);
      return this.#tryWrite(known?.version ?? 0, foundedBy(above, own), signal);
    }
    const next = known.members.some((member) => member.id === own.id)
      ? returnedBy(known, own)
      : joinedBy(known, own);
    return this.#tryWrite(known.version, next, signal);
  }

  async #beat(signal: AbortSignal): Promise<void> {
    if (this.#view === undefined) return;
    const own = {
      id: this.#options.id,
      incarnation: this.#incarnation,
      viewSeen: this.#view.version,
      synced: this.#synced,
    };
    try {
      await this.#ask(signal, (inner) => this.#deps.store.beat(own, inner));
    } catch (error) {
      this.#storeAnswered(false, error);
      return;
    }
    const reading = await this.#read(signal);
    if (reading !== undefined) await this.#reconcile(reading, signal);
  }

  /** Brings store and view together, and settles a transition that everybody has synced. */
  async #reconcile(reading: RingReading, signal: AbortSignal): Promise<void> {
    const own = this.#view?.document;
    if (own === undefined) return;
    const stored = reading.document;
    if (stored === undefined || isNewerView(own, stored)) {
      await this.#putBack(own, stored?.version ?? 0, signal);
      return;
    }
    this.adopt(stored);
    this.#assertSoleHolder(stored);
    if (!this.#isLeaving && !stored.members.some((member) => member.id === this.#options.id)) {
      await this.#change(signal, (document) => joinedBy(document, this.#own()));
      return;
    }
    const isLive = (id: InstanceId): boolean => {
      const beat = reading.heartbeats.find((one) => one.id === id);
      return (
        beat !== undefined &&
        reading.storeNowMs - beat.atMs < this.#options.timings.heartbeatTimeoutMs
      );
    };
    const hasSynced = (id: InstanceId): boolean =>
      reading.heartbeats.some((beat) => beat.id === id && beat.synced >= stored.version);
    if (maySettle(stored, { isLive, hasSynced })) await this.#change(signal, settledOf);
  }

  /** The store has an older view than is known here: wiped, rolled back, or raced by another writer. */
  async #putBack(own: RingDocument, stored: number, signal: AbortSignal): Promise<void> {
    const isNewer = own.version > stored;
    const next = isNewer ? own : { ...own, version: stored + 1, writer: this.#options.id };
    if ((await this.#write(stored, next, signal)) && !isNewer) this.adopt(next);
  }

  /** A process that sees a higher incarnation of its own ID has been replaced (A26). */
  #assertSoleHolder(document: RingDocument): void {
    const entry = document.members.find((member) => member.id === this.#options.id);
    if (entry === undefined || entry.incarnation <= this.#incarnation) return;
    this.onReplaced(
      new AppError(
        "conflict",
        `Another process runs as instance "${this.#options.id}": incarnation ${entry.incarnation}, ` +
          `this one is ${this.#incarnation}. Give each process its own --ring.instance-id`,
      ),
    );
  }

  /** Called when another process has taken this ID; the process must stop. */
  onReplaced: (error: AppError) => void = () => {};

  /** Changes the stored document by compare-and-set, again and again until it is done or not needed. */
  async #change(
    signal: AbortSignal,
    next: (document: RingDocument) => RingDocument | undefined,
  ): Promise<RingDocument | undefined> {
    for (let tries = 0; tries < CHANGE_TRIES_MAX && !signal.aborted; tries += 1) {
      const reading = await this.#read(signal);
      if (reading?.document === undefined) return undefined;
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
    const done = await this.#write(expected, document, signal);
    if (done) this.adopt(document);
    return done;
  }

  async #write(expected: number, next: RingDocument, signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#ask(signal, (inner) =>
        this.#deps.store.compareAndSet(expected, next, inner),
      );
    } catch (error) {
      this.#storeAnswered(false, error);
      return false;
    }
  }

  async #read(signal: AbortSignal): Promise<RingReading | undefined> {
    try {
      const reading = await this.#ask(signal, (inner) => this.#deps.store.read(inner));
      this.#storeAnswered(true);
      this.#seen = { reading, atMonotonicMs: this.#deps.clock.monotonicMs() };
      return reading;
    } catch (error) {
      signal.throwIfAborted();
      this.#storeAnswered(false, error);
      return undefined;
    }
  }

  /** The last answer of the store and its age in ms; for people. */
  get lastSeen(): { readonly reading: RingReading; readonly ageMs: number } | undefined {
    if (this.#seen === undefined) return undefined;
    const ageMs = this.#deps.clock.monotonicMs() - this.#seen.atMonotonicMs;
    return { reading: this.#seen.reading, ageMs };
  }

  #ask<T>(signal: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { storeCallMs } = this.#options.timings;
    const options = { clock: this.#deps.clock, delayMs: storeCallMs, what: "Ring store" };
    return withDeadline(options, signal, call);
  }

  #storeAnswered(isUp: boolean, error?: unknown): void {
    if (isUp === this.storeIsUp) return;
    this.storeIsUp = isUp;
    if (isUp) this.#deps.logger.log("info", "Ring store answers again");
    else {
      const err = AppError.from(error, "unavailable").message;
      this.#deps.logger.log("warn", "Ring store does not answer, the last view stays", { err });
    }
  }
}

function parseDocument(text: string | undefined): RingDocument | undefined {
  if (text === undefined) return undefined;
  // Written by this program only, and replaced whole; the shape needs no check beyond being JSON.
  return JSON.parse(text) as RingDocument;
}
