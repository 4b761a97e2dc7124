import type { InstanceId, TenantId } from "@tocsin/domain/model";
import type { Fleet } from "../fleet/fleet.ts";
import type { MapName } from "../peer/state.ts";
import type { PeerCalls } from "./peer-calls.ts";

export interface ExchangeDeps {
  readonly fleet: Fleet;
  readonly calls: PeerCalls;
}

export interface Exchange {
  readonly peer: InstanceId;
  readonly tenant: TenantId;
  readonly map: MapName;
  /** Takes what the peer knows better; without it the peer is only given what it lacks. */
  readonly takes: boolean;
}

/** What went over. */
export interface Exchanged {
  readonly gaveCount: number;
  /** Something of it was news here. */
  readonly hasLearned: boolean;
}

const SLICE_SIZE = 1_000;
const CALL_MS = 2_000;

/**
 * Compares one map of one tenant with a peer by keys and versions, slice by slice, and passes on the
 * records that differ. Rejects when the peer does not answer; what went over until then stays.
 */
export async function exchangeMap(
  deps: ExchangeDeps,
  what: Exchange,
  signal: AbortSignal,
): Promise<Exchanged> {
  const tenant = deps.fleet.get(what.tenant);
  let gaveCount = 0;
  let hasLearned = false;
  if (tenant === undefined) return { gaveCount, hasLearned };
  const versions = tenant.versions(what.map);
  for (let at = 0, from = ""; ;) {
    const slice = versions.slice(at, at + SLICE_SIZE);
    at += SLICE_SIZE;
    const to = versions[at]?.key;
    const { tenant: id, map } = what;
    const reply = await deps.calls.call(
      { id: what.peer, delayMs: CALL_MS },
      { kind: "exchange", body: { tenant: id, map, from, to, versions: slice } },
      signal,
    );
    if (what.takes && (await deps.fleet.mergeInTurns(id, reply.state))) hasLearned = true;
    gaveCount += await give(deps, { ...what, keys: reply.want }, signal);
    if (to === undefined) return { gaveCount, hasLearned };
    from = to;
  }
}

/** Returns how many records were given. */
async function give(
  deps: ExchangeDeps,
  what: Exchange & { readonly keys: readonly string[] },
  signal: AbortSignal,
): Promise<number> {
  const tenant = deps.fleet.get(what.tenant);
  if (what.keys.length === 0 || tenant === undefined) return 0;
  const state = tenant.collect(what.map, what.keys);
  await deps.calls.call(
    { id: what.peer, delayMs: CALL_MS },
    {
      kind: "merge",
      body: {
        viewVersion: undefined,
        madeAtMs: undefined,
        parts: [{ tenant: what.tenant, state }],
      },
    },
    signal,
  );
  return what.keys.length;
}
