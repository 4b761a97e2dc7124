/**
 * When this instance could hear a tenant's senders (PROTOCOL 7.4): while a majority of the tenant's owners
 * was together, and no member of the ring silent.
 *
 * A majority of owners is not enough: a member that hangs still accepts posts and swallows them, so an
 * alert that seems to have run out may be re-sent to it all the time. While a member is silent, and
 * nobody can have taken it out of service yet, nothing is counted.
 *
 * Nor are the owners of the present view enough: while a tenant's former ones had lost their majority, its
 * senders were refused, and the new ones could not have heard them. So time is kept in eras, each with
 * the members and the owners of then. Where this instance was no owner, or did not run, its givers heard.
 *
 * Nor is it enough to be together: while all are catching up, after all had fallen, nobody takes a post.
 *
 * A break costs its own length (ADR 0031): an instance that is suspected again and again holds up the end of
 * an alert by the time for which it was silent, not for ever.
 */
import type { Clock } from "@tocsin/foundation";
import {
  ALWAYS_HEARD,
  heardBefore,
  heardEarlier,
  NEVER_HEARD,
  unbrokenMs,
  uniteHeard,
  type HeardSpan,
  type HeardTime,
} from "@tocsin/domain/alert";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import { writeQuorum, type OwnerSets } from "@tocsin/domain/quorum";
import type { MembersHeard } from "../cluster/liveness.ts";
import { CONTACT_WANTED_MAX_MS } from "../tenant/judgement.ts";

export interface ContactDeps {
  readonly clock: Clock;
  readonly ownId: InstanceId;
  readonly owners: (tenant: TenantId) => OwnerSets;
  readonly members: () => MembersHeard;
  /** Whether this instance takes posts: it has caught up, or goes on without. */
  readonly isReady: () => boolean;
  readonly suspectTimeoutMs: number;
  /** For who was always alone: what the processes before this one have listened. Default 0. */
  readonly creditMs?: number;
}

type OwnersOf = (tenant: TenantId) => OwnerSets;

/** A time in which neither members nor owners changed; monotonic ms. */
interface Era {
  /** When no member was silent any more; perhaps never. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly trusted: ReadonlySet<InstanceId>;
  /** Whether this instance or one that is trusted had caught up: nobody else takes posts. */
  readonly isServed: boolean;
  /** Undefined: those of the present view. */
  readonly owners: OwnersOf | undefined;
}

type Present = Pick<Era, "fromMs" | "trusted" | "isServed">;

/** Monotonic: between these the giver's answer was made. */
export interface AnswerTimes {
  readonly askedMs: number;
  readonly answeredMs: number;
}

/** What givers have heard, looked at at an instant. */
interface Inherited {
  readonly atMs: number;
  readonly heard: HeardTime;
}

/** What is older, or before these, counts as not heard. */
const ERA_AGE_MAX_MS = 30 * 60_000;
const ERAS_MAX = 256;
const SPANS_MAX = 64;

export class Contact {
  readonly #deps: ContactDeps;
  readonly #inherited = new Map<TenantId, Inherited>();
  /** Oldest first. */
  #past: Era[] = [];
  #present: Present;

  constructor(deps: ContactDeps) {
    this.#deps = deps;
    const now = this.#now();
    this.#present = { ...now, fromMs: now.fromMs - (deps.creditMs ?? 0) };
  }

  /** Ownership changes: these were the owners until now. */
  ownersChange(before: OwnersOf): void {
    this.#begin(this.#deps.clock.monotonicMs());
    this.#past = this.#past.map((era) => (era.owners ? era : { ...era, owners: before }));
  }

  /** Who is trusted, or has caught up, has changed. A lost one has heard nothing since before it was suspected. */
  membersChange(): void {
    const { clock, members, suspectTimeoutMs } = this.#deps;
    const nowMs = clock.monotonicMs();
    const { silent } = members();
    const isLost = silent.some((id) => this.#present.trusted.has(id));
    this.#begin(nowMs - (isLost ? suspectTimeoutMs : 0));
  }

  /** The process was stopped for so long until now. */
  paused(gapMs: number): void {
    this.#begin(this.#deps.clock.monotonicMs() - gapMs);
  }

  /** After a start, or when nobody knows for how long the process was stopped. */
  restart(): void {
    this.#forget();
    this.#present = this.#now();
  }

  /**
   * What a giver of this tenant has heard, all of which is known here, too. The last of it the giver itself
   * will not count if it comes to suspect somebody.
   */
  inherit(tenant: TenantId, said: HeardTime, times: AnswerTimes): void {
    const own = this.heard(tenant);
    if (unbrokenMs(own) === Infinity) return;
    const nowMs = this.#deps.clock.monotonicMs();
    const sure = heardBefore(said, this.#deps.suspectTimeoutMs)
      .map(({ sinceMs, untilMs }) => ({
        sinceMs: sinceMs + nowMs - times.answeredMs,
        untilMs: untilMs + nowMs - times.askedMs,
      }))
      .filter(({ sinceMs, untilMs }) => sinceMs > untilMs);
    this.#inherited.set(tenant, { atMs: nowMs, heard: newest(uniteHeard(own, sure)) });
  }

  /** Looked at now. It does not go further back than what any alert wants. */
  heard(tenant: TenantId): HeardTime {
    const nowMs = this.#deps.clock.monotonicMs();
    // Then nobody wants to know what was before, and former views need not be kept.
    if (nowMs - this.#present.fromMs >= CONTACT_WANTED_MAX_MS) this.#forget();
    const own = this.#ownHeard(tenant, nowMs);
    const inherited = this.#inherited.get(tenant);
    if (inherited === undefined) return own;
    const agoMs = nowMs - inherited.atMs;
    return newest(uniteHeard(own, heardEarlier(inherited.heard, agoMs)));
  }

  #ownHeard(tenant: TenantId, nowMs: number): HeardTime {
    const present = { ...this.#present, untilMs: nowMs, owners: undefined };
    const lasting = this.#spansOf(present, tenant, nowMs);
    if (unbrokenMs(lasting) >= CONTACT_WANTED_MAX_MS) return ALWAYS_HEARD;
    const past: HeardSpan[] = [];
    // Youngest first.
    for (const era of this.#past.toReversed()) past.push(...this.#spansOf(era, tenant, nowMs));
    return newest(uniteHeard(past, lasting));
  }

  #spansOf(era: Era, tenant: TenantId, nowMs: number): HeardTime {
    const { fromMs, untilMs, isServed } = era;
    if (fromMs >= untilMs || !isServed || !this.#isTogether(era, tenant)) return NEVER_HEARD;
    return [{ sinceMs: nowMs - fromMs, untilMs: nowMs - untilMs }];
  }

  /** Whether this instance was an owner, and a majority of each set of owners was together with it. */
  #isTogether({ owners = this.#deps.owners, trusted }: Era, tenant: TenantId): boolean {
    const { ownId } = this.#deps;
    const { sets } = owners(tenant);
    if (!sets.some((set) => set.includes(ownId))) return false;
    return sets.every((set) => {
      const there = set.filter((id) => id === ownId || trusted.has(id));
      return there.length >= writeQuorum(set.length);
    });
  }

  /** Begins a new era. What the one before has heard may end earlier, even in still earlier ones. */
  #begin(heardUntilMs: number): void {
    const nowMs = this.#deps.clock.monotonicMs();
    this.#past.push({ ...this.#present, untilMs: Infinity, owners: undefined });
    this.#past = this.#past
      .map((era) => (era.untilMs > heardUntilMs ? { ...era, untilMs: heardUntilMs } : era))
      .filter(({ fromMs, untilMs }) => fromMs < untilMs && nowMs - untilMs < ERA_AGE_MAX_MS)
      .slice(-ERAS_MAX);
    this.#present = this.#now();
    for (const [tenant, { atMs }] of this.#inherited) {
      if (nowMs - atMs >= ERA_AGE_MAX_MS) this.#inherited.delete(tenant);
    }
  }

  #forget(): void {
    this.#past = [];
    this.#inherited.clear();
  }

  #now(): Present {
    const { clock, members, isReady } = this.#deps;
    const { trusted, isAnyCaughtUp, quietUntilMs } = members();
    const fromMs = Math.max(clock.monotonicMs(), quietUntilMs);
    return { fromMs, trusted, isServed: isAnyCaughtUp || isReady() };
  }
}

/** Bounded; who has heard without a break for as long as any alert wants needs to know no more. */
function newest(heard: HeardTime): HeardTime {
  return unbrokenMs(heard) >= CONTACT_WANTED_MAX_MS ? ALWAYS_HEARD : heard.slice(0, SPANS_MAX);
}
