export type { EngineEvent, EventGroup, EventNotification, EventSink } from "./events.ts";
export type { InstanceMeta, Journal, JournalEntry, Listening, ReplayReport } from "./journal.ts";
export type { Notifier, NotifyJob, NotifyResult, ToldAlert } from "./notifier.ts";
export {
  OBJECT_SIZE_MAX_BYTES,
  type ObjectListing,
  type ObjectStore,
  type ObjectWrite,
  type StoredObject,
  type WriteCondition,
} from "./object-store.ts";
export type { PeerAddress, PeerHandler, PeerTransport } from "./peer-transport.ts";
export type { Heartbeat, RingReading, RingStore } from "./ring-store.ts";
export type {
  ConditionalWrite,
  ObjectVersion,
  ReplicaSnapshot,
  SnapshotTarget,
  StateStore,
  StoredConfig,
} from "./state-store.ts";
