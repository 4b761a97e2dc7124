export {
  isOnlyOwner,
  isQuorum,
  ownersInOrder,
  QuorumTracker,
  readQuorum,
  writeQuorum,
  type OwnerSets,
  type QuorumKind,
  type QuorumOutcome,
} from "./quorum.ts";
