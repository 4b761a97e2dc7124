import { assert } from "@tocsin/foundation";
import { parseTenantId, type InstanceId, type TenantId } from "@tocsin/domain/model";

/**
 * Which object lies where:
 *
 * ```text
 *   tocsin/v1/<tenant>/state/<instance>.pb     one replica's snapshot
 *   tocsin/v1/<tenant>/config/current.pb       the tenant's configuration
 *   tocsin/v1/<tenant>/config/<version>.pb     each version that was ever the current one
 * ```
 *
 * Names are percent-encoded as a path segment of RFC 3986, and a dot in front too, so that no name can
 * leave its folder or be hidden in it.
 */
export const ROOT = "tocsin/v1/";
const SUFFIX = ".pb";

export function stateFolder(tenant: TenantId): string {
  return `${ROOT}${encodeName(tenant)}/state/`;
}

export function snapshotKey(tenant: TenantId, instance: InstanceId): string {
  return `${stateFolder(tenant)}${encodeName(instance)}${SUFFIX}`;
}

export function currentConfigKey(tenant: TenantId): string {
  return `${ROOT}${encodeName(tenant)}/config/current${SUFFIX}`;
}

export function configVersionKey(tenant: TenantId, version: number): string {
  assert(
    Number.isSafeInteger(version) && version >= 0,
    "a configuration version is a whole number",
  );
  return `${ROOT}${encodeName(tenant)}/config/${version}${SUFFIX}`;
}

/** The tenant of a folder under `ROOT`; undefined for a folder that is not ours. */
export function tenantOfFolder(folder: string): TenantId | undefined {
  const name = decodeName(folder.slice(ROOT.length, -1));
  return name === undefined ? undefined : parseTenantId(name);
}

/** The instance of a snapshot's key; undefined for a key that is not ours. */
export function instanceOfKey(tenant: TenantId, key: string): InstanceId | undefined {
  if (!key.endsWith(SUFFIX)) return undefined;
  const name = decodeName(key.slice(stateFolder(tenant).length, -SUFFIX.length));
  return name === undefined || name === "" ? undefined : (name as InstanceId); // Any other text is one.
}

function encodeName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(/^\./, "%2E");
}

function decodeName(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
