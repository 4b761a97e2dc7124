export type {
  ConfigWrite,
  DrainProgress,
  DrainState,
  InstanceApi,
  InstanceStatus,
  InstanceState,
  OperatorApi,
  SeenHeartbeat,
  PeerStatus,
  PostResult,
  Readiness,
  ReadOptions,
  ReadResult,
  SilenceDraft,
  StoredTenantConfig,
  TenantApi,
} from "./types.ts";
export { INSTANCE_STATES } from "./types.ts";
