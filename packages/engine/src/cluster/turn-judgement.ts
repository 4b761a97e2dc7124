import type { Steps } from "@tocsin/foundation";
import type { LogKey, TenantId } from "@tocsin/domain/model";
import { ownersInOrder } from "@tocsin/domain/quorum";
import type { DecideInput } from "../tenant/decide.ts";
import type { Decision, Prospect } from "../tenant/types.ts";
import type { TurnDeps, TurnKey } from "./turn-deps.ts";

const GONE = { kind: "nothing", why: "gone" } as const;

/** What a turn costs with the smallest group, in alerts; it is paced twice. */
const DECISION_SIZE_MIN = 25;
/** What is larger is decided in steps. */
const DECISION_SIZE_MAX = 1_000;

/** What a turn asks its tenant, and tells it at the end: in steps that let others have turns. */
export class TurnJudgement {
  readonly #deps: TurnDeps;
  readonly #key: TurnKey;
  /** What is claimed. */
  readonly claimed: {
    readonly tenant: TenantId;
    readonly key: LogKey;
    readonly groupId: string;
    readonly tickMs: number;
  };

  constructor(deps: TurnDeps, key: TurnKey, tickMs: number) {
    this.#deps = deps;
    this.#key = key;
    this.claimed = { tenant: key.tenant, key: key.key, groupId: key.groupId, tickMs };
  }

  /** To be awaited before a decision, which then is on the state of that instant. Undefined: decide now. */
  othersFirst(lane: "first" | "later"): Promise<void> | undefined {
    const { fleet, pacer, time } = this.#deps;
    const tenant = fleet.get(this.#key.tenant);
    const preparing = tenant?.prepareDecision(this.#key.groupId, time.nowMs());
    const first = preparing?.next();
    const memberCount = tenant?.memberCount(this.#key.groupId) ?? 0;
    const size = DECISION_SIZE_MIN + Math.min(memberCount, DECISION_SIZE_MAX);
    if (preparing === undefined || first?.done !== false) return pacer.take(size, lane);
    return this.#prepare(preparing, first.value, size);
  }

  /** Each step asks before it is done, for a hundred groups may be due at the same instant. */
  async #prepare(steps: Steps<void>, firstSize: number, decisionSize: number): Promise<void> {
    const { pacer } = this.#deps;
    await pacer.take(firstSize);
    await pacer.run(steps, "first");
    await pacer.take(decisionSize, "first");
  }

  /** What would be decided now. What is kept back counts once for all integrations and all owners. */
  foresee(isFirstLook: boolean): Promise<Prospect> {
    const { owners, ownId, metrics } = this.#deps;
    const counts =
      isFirstLook && this.#key.isFirst && ownersInOrder(owners(this.#key.tenant))[0] === ownId;
    if (!counts) return this.#foresee();
    return this.#foresee((reason, alertCount) => metrics.suppressed(reason, alertCount));
  }

  async #foresee(onSuppressed?: DecideInput["onSuppressed"]): Promise<Prospect> {
    const { fleet, pacer } = this.#deps;
    const question = { ...this.#question(), ...(onSuppressed && { onSuppressed }) };
    const foreseeing = fleet.get(this.#key.tenant)?.foreseeing(question);
    return foreseeing === undefined ? GONE : pacer.run(foreseeing, "first");
  }

  /** On the state of now; known some turns of the loop later if the group is large. */
  async decide(): Promise<Decision> {
    const { fleet, pacer } = this.#deps;
    const deciding = fleet.get(this.#key.tenant)?.deciding(this.#question());
    return deciding === undefined ? GONE : pacer.run(deciding, "first");
  }

  #question(): DecideInput {
    const { tenant, ...claimed } = this.claimed;
    return { ...claimed, nowMs: this.#deps.time.nowMs(), heard: this.#deps.heard(tenant) };
  }

  /** The turn is over for this owner. */
  async finish(result: "told" | "waived" | "failed"): Promise<void> {
    const { fleet, liveness, pacer } = this.#deps;
    const tenant = fleet.get(this.#key.tenant);
    if (tenant === undefined) return;
    await pacer.run(tenant.finishing({ ...this.claimed, result }), "first");
    // The others of a ring keep to the ticks.
    const isAlone = [...liveness.peers].length === 0;
    if (isAlone) tenant.hastenHeldEnds(this.#key.groupId);
    fleet.arm(tenant);
  }
}
