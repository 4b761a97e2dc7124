declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Owner of one isolated Alertmanager. 1 to 150 characters; see `parseTenantId`. */
export type TenantId = Branded<"TenantId">;
/** One running process, as registered in the ring. Stable over restarts. */
export type InstanceId = Branded<"InstanceId">;
/** 64-bit FNV-1a of a label set, 16 lowercase hex digits: the identity of an alert. */
export type Fingerprint = Branded<"Fingerprint">;
/** Route key and group labels, as upstream prints them. Two routes may share one (S-25). */
export type GroupKey = Branded<"GroupKey">;
/** Group key, receiver, integration and index: what the notification log and claims are kept under. */
export type LogKey = Branded<"LogKey">;

const TENANT_ID_SIZE_MAX = 150;
const TENANT_ID_FORM = /^[A-Za-z0-9!\-_.*'()]+$/;

/** Checks a tenant name by Cortex' rule: 1 to 150 of `A-Z a-z 0-9 ! - _ . * ' ( )`, not `.` nor `..`. */
export function parseTenantId(text: string): TenantId | undefined {
  if (text.length > TENANT_ID_SIZE_MAX || !TENANT_ID_FORM.test(text)) return undefined;
  if (text === "." || text === "..") return undefined;
  return text as TenantId;
}
