import type { InstanceId } from "@tocsin/domain/model";
import type { View } from "../cluster/index.ts";
import type { Core } from "./build.ts";
import type { Parts } from "./parts.ts";

/** Lets each part hear of what happens in the others. */
export function connect(core: Core, parts: Parts): void {
  const { liveness, granter, claims, turns, membership, fleet, pinger } = parts;
  liveness.events = {
    onChange: (peer, suspected) => {
      if (suspected) claims.forgetPeer(peer);
      core.deps.logger.log(
        suspected ? "warn" : "info",
        suspected ? "Peer is suspected" : "Peer is trusted",
        { peer },
      );
      pinger.reachChanged();
      turns.pokeAll();
    },
    onMembers: () => parts.contact.membersChange(),
    onNews: (peer) => pinger.pingNow(peer),
    onGone: (peer) => {
      granter.endAllOf(peer);
      claims.peerGone(peer);
      turns.pokeAll();
    },
  };
  granter.onEnd = (key) => turns.poke(key);
  fleet.mayFlush = parts.maySend;
  fleet.isForeign = (tenant) => {
    const owners = membership.viewOrNone?.oldOwners(tenant) ?? [];
    // When all have left nobody owns it until one has joined: what is due then waits, as that one may be
    // this.
    return owners.length > 0 && !owners.includes(parts.ownId);
  };
  membership.onView = (view, before) => {
    if (before !== undefined) parts.contact.ownersChange((tenant) => before.owners(tenant));
    parts.catchUp.adopted(view);
    // It was taken for dead while ownership moved: what it missed nobody waited for (PROTOCOL 3).
    if (isDoubted(view, parts.ownId) && !isDoubted(before, parts.ownId)) {
      parts.catchUp.restart(false);
    }
    adopted(core, parts, view);
  };
  membership.onReplaced = core.onFatal;
  core.running.onJump = (jumpMs) => {
    liveness.clockJumped(jumpMs);
    parts.time.setOffsets(liveness.trustedOffsetsMs());
    if (jumpMs < 0 && core.options.isAlone === true) core.onSetBack(-jumpMs);
  };
  core.running.onPause = (gapMs, jumpMs) => woke(core, parts, { gapMs, jumpMs });
  core.timers.onWake = () => core.running.beat();
  if (membership.viewOrNone !== undefined) adopted(core, parts, membership.viewOrNone);
}

/**
 * Whether it holds what its tenants were acknowledged under this view. Who has left does not, whoever
 * owned them: others went on, and one of them may have been the last to go (PROTOCOL 6).
 */
export function isInCharge(view: View | undefined, id: InstanceId): boolean {
  return view?.document.settled.includes(id) === true && !isDoubted(view, id);
}

/** Settled without having synced: its own copy counts for nothing. */
function isDoubted(view: View | undefined, id: InstanceId): boolean {
  return view?.document.settled.includes(id) === true && view.member(id)?.state === "joining";
}

function adopted(core: Core, parts: Parts, view: View): void {
  const others = view.members.filter((member) => member.id !== parts.ownId);
  parts.liveness.setPeers(others.map((member) => member.id));
  parts.contact.membersChange();
  core.deps.transport.setPeers(others.map(({ id, address }) => ({ id, address })));
  const level = core.options.isAlone === true ? "debug" : "info";
  core.deps.logger.log(level, "Ring view adopted", {
    version: view.version,
    settled: view.document.settled.join(","),
    target: view.inTransition ? view.document.target.join(",") : undefined,
  });
  parts.turns.pokeAll();
}

/** The process was stopped and goes on (PROTOCOL 8). */
function woke(
  core: Core,
  parts: Parts,
  { gapMs, jumpMs }: { readonly gapMs: number; readonly jumpMs: number },
): void {
  const hasPeers = [...parts.liveness.peers].length > 0;
  parts.waking.woke(hasPeers);
  // Ages cannot be told by a clock that did not see all of the time, or by one that was moved.
  if (Math.abs(jumpMs) > core.options.timings.pauseLimitMs) parts.contact.restart();
  else parts.contact.paused(gapMs);
  core.deps.logger.log("warn", "The process was stopped; catching up before anything is sent", {
    gap: `${Math.round(gapMs)}ms`,
  });
  if (!hasPeers) return;
  parts.liveness.forgetAll();
  parts.claims.releaseUnsent();
  parts.quarantine.restart();
  parts.pinger.pingAll();
  // A copy that did not count before the stop does not count after it.
  parts.catchUp.woke();
  parts.contact.membersChange();
  parts.turns.pokeAll();
}
