export type {
  ConfigWrite,
  InstanceApi,
  InstanceStatus,
  PeerStatus,
  PostResult,
  Readiness,
  ReadOptions,
  ReadResult,
  SilenceDraft,
  StoredTenantConfig,
  TenantApi,
} from "./types.ts";
