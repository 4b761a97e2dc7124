export type { BatchResult } from "./batch.ts";
export type { DecideInput } from "./decide.ts";
export type { CountedAlert, CountedState } from "./counts.ts";
export type { KeyRange } from "./exchange.ts";
export type { DueResult, FinishInput } from "./flush.ts";
export type { GarbageKind } from "./garbage.ts";
export type { SuppressedReason } from "./judge-group.ts";
export { Interner } from "./interner.ts";
export type { NameLimit } from "./name-limits.ts";
export type {
  RenderRouteLabels,
  RouteLabels,
  RouteLabelsInput,
  StartRouteLabels,
} from "./route-labels.ts";
export {
  COMPILE_SLICE_SIZE,
  compileSettings,
  type ConfigSource,
  SettingsCache,
  type SettingsCacheOptions,
  type SettingsResult,
  settingsSteps,
  type TenantSettings,
  usedReceivers,
} from "./settings.ts";
export type { SilenceQueries } from "./silence-store.ts";
export { Tenant, type TenantShared } from "./tenant.ts";
export type { LogParts } from "./told.ts";
export type {
  AlertBatch,
  AlertView,
  Decision,
  Prospect,
  DueFlush,
  FlushKey,
  FlushResult,
  GroupView,
  TenantReader,
  Told,
} from "./types.ts";
export { compareGroups } from "./views.ts";
