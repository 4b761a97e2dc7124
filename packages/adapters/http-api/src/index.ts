export { createAdminApi, type AdminApi, type AdminApiDeps } from "./admin/admin-api.ts";
export { createHttpApi, type HttpApi } from "./http-api.ts";
export { UnservedError } from "./listener.ts";
export {
  DEFAULT_GET_CONCURRENCY,
  DEFAULT_HTTP_API_OPTIONS,
  type HttpApiOptions,
  type TenancyOptions,
  type VersionInfo,
} from "./options.ts";
export type { ClusterStatus, HttpApiDeps, PageSource } from "./ports.ts";
export { ANONYMOUS } from "./tenancy.ts";
