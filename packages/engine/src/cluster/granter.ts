/**
 * The granting side of claims (PROTOCOL 7.2): who may speak to a receiver about a key.
 *
 * A grant is a promise to say no to everybody else until it ends. It ends by its outcome, by the
 * holder's *below*, when the holder's process is gone, when nothing was heard of it for the suspect
 * timeout of own running time, or at the grant limit. Merely suspecting the holder is not enough, and a
 * new view does not end it (A27). Grants are not written down: after a start or a pause an instance is
 * in quarantine and learns of open claims from pings before it grants anything (A20, A32).
 *
 * Law: no two live grants of one instance are for the same key.
 */
import { assert, type Clock } from "@tocsin/foundation";
import type { InstanceId, LogKey, TenantId } from "@tocsin/domain/model";
import type { ClaimId, OpenClaim } from "../peer/claim.ts";
import type { Liveness } from "./liveness.ts";
import type { Timings } from "./timings.ts";

export interface KeyRef {
  readonly tenant: TenantId;
  readonly key: LogKey;
}

interface Grant extends KeyRef {
  readonly id: ClaimId;
  renewedAtMs: number;
}

export interface GranterDeps {
  readonly clock: Clock;
  readonly liveness: Liveness;
  readonly own: { readonly id: InstanceId; readonly incarnation: number };
}

export class Granter {
  readonly #deps: GranterDeps;
  readonly #timings: Timings;
  readonly #grants = new Map<string, Grant>();
  /** Claims that were learned while another held their key: theirs is the next turn. */
  readonly #waiting = new Map<string, Grant>();
  /** Called after a grant to another instance has ended, however it ended. */
  onEnd: (key: KeyRef) => void = () => {};

  constructor(deps: GranterDeps, timings: Timings) {
    this.#deps = deps;
    this.#timings = timings;
  }

  get size(): number {
    return this.#grants.size;
  }

  /** Who holds the key by a grant of this instance, itself included. */
  holder(ref: KeyRef): ClaimId | undefined {
    return this.#grants.get(nameOf(ref))?.id;
  }

  /** Grants the key, or renews the same claim. False: another claim holds it. */
  grant(ref: KeyRef, id: ClaimId): boolean {
    const name = nameOf(ref);
    const known = this.#grants.get(name);
    const nowMs = this.#deps.clock.monotonicMs();
    if (known === undefined) {
      this.#grants.set(name, { tenant: ref.tenant, key: ref.key, id, renewedAtMs: nowMs });
      return true;
    }
    if (isSameClaim(known.id, id)) {
      known.renewedAtMs = nowMs;
      return true;
    }
    // A later claim of the same process means that the earlier one is over, and whose turn is next then.
    if (isSameProcess(known.id, id) && id.number > known.id.number) {
      this.#grants.delete(name);
      this.#letNextIn(ref);
      return this.grant(ref, id);
    }
    return false;
  }

  /** Takes notice of claims that a peer has open without having been granted them here. */
  learn(
    by: { readonly id: InstanceId; readonly incarnation: number },
    open: readonly OpenClaim[],
  ): void {
    for (const claim of open) {
      const id = { by: by.id, incarnation: by.incarnation, number: claim.number };
      const holder = this.holder(claim);
      if (holder === undefined) this.grant(claim, id);
      else if (!isSameProcess(holder, id)) this.#keepWaiting(claim, id);
    }
  }

  /** Ends the grant of exactly this claim. */
  end(ref: KeyRef, id: ClaimId): void {
    const place = waitingPlaceOf(ref, id);
    const waiting = this.#waiting.get(place);
    if (waiting !== undefined && isSameClaim(waiting.id, id)) this.#waiting.delete(place);
    const known = this.#grants.get(nameOf(ref));
    if (known !== undefined && isSameClaim(known.id, id)) this.#drop(known);
  }

  /** All claims of this process numbered less are over (A29). */
  endBelow(by: { readonly id: InstanceId; readonly incarnation: number }, below: number): void {
    this.#dropWhere(
      ({ id }) => id.by === by.id && id.incarnation === by.incarnation && id.number < below,
    );
  }

  /** The process that held them is gone, or says itself that it is cut off (A18). */
  endAllOf(peer: InstanceId): void {
    this.#dropWhere((grant) => grant.id.by === peer);
  }

  /** Ends what silence or age has ended. Call it several times within a suspect timeout. */
  expire(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    this.#dropWhere((grant) => {
      if (grant.id.by === this.#deps.own.id) return false;
      if (nowMs - grant.renewedAtMs >= this.#timings.grantLimitMs) return true;
      return this.#deps.liveness.silenceMs(grant.id.by) >= this.#timings.suspectTimeoutMs;
    });
  }

  #dropWhere(condition: (grant: Grant) => boolean): void {
    // A map may be walked while entries are taken out of it. Who waits goes first, or it would be let in.
    for (const [place, grant] of this.#waiting) if (condition(grant)) this.#waiting.delete(place);
    for (const grant of this.#grants.values()) if (condition(grant)) this.#drop(grant);
  }

  #drop(grant: Grant): void {
    const wasThere = this.#grants.delete(nameOf(grant));
    assert(wasThere, "a grant that ends was there");
    this.#letNextIn(grant);
    if (grant.id.by !== this.#deps.own.id) this.onEnd(grant);
  }

  #keepWaiting(ref: KeyRef, id: ClaimId): void {
    const renewedAtMs = this.#deps.clock.monotonicMs();
    const waiting = { tenant: ref.tenant, key: ref.key, id, renewedAtMs };
    this.#waiting.set(waitingPlaceOf(ref, id), waiting);
  }

  #letNextIn(ref: KeyRef): void {
    for (const [place, next] of this.#waiting) {
      if (nameOf(next) !== nameOf(ref)) continue;
      this.#waiting.delete(place);
      this.#grants.set(nameOf(next), next);
      return;
    }
  }
}

/** Of each instance one claim can wait for a key. */
function waitingPlaceOf(ref: KeyRef, { by }: ClaimId): string {
  return `${nameOf(ref)}\n${by}`;
}

export function isSameClaim(left: ClaimId, right: ClaimId): boolean {
  return isSameProcess(left, right) && left.number === right.number;
}

function isSameProcess(left: ClaimId, right: ClaimId): boolean {
  return left.by === right.by && left.incarnation === right.incarnation;
}

/** A tenant's name has no line break, so the pair is unambiguous. */
export function nameOf(ref: KeyRef): string {
  return `${ref.tenant}\n${ref.key}`;
}
