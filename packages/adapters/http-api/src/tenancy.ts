import { parseTenantId, type TenantId } from "@tocsin/domain/model";
import type { TenancyOptions } from "./options.ts";

/** Whose request it is when there is only one tenant. */
export const ANONYMOUS: TenantId = anonymous();

/** What a request says of its tenant. A text is undefined when it is not there at all. */
export interface TenantClaim {
  /** `X-Scope-OrgID` as Node.js gives it: each character is a byte. Of several the first counts. */
  readonly header: string | undefined;
  /** The part of the path after `/t/`. */
  readonly path: string | undefined;
}

export type TenantAnswer =
  | { readonly ok: true; readonly tenant: TenantId }
  | {
      readonly ok: false;
      readonly status: 400 | 401;
      readonly text: string;
      /** Nothing was given, rather than something wrong. */
      readonly missing: boolean;
    };

const SIZE_MAX = 150;
const SUPPORTED = /[A-Za-z0-9!\-_.*'()]/;
/** Names of objects that Cortex and Mimir keep beside the tenants' folders in a bucket. */
const RESERVED: readonly string[] = ["__markers__", "user-index.json.gz"];

/** Finds the tenant: the header, then the path, then the default, else 401; both but different: 400. */
export function resolveTenant(claim: TenantClaim, options: TenancyOptions): TenantAnswer {
  if (!options.enabled) return { ok: true, tenant: ANONYMOUS };
  const header = claim.header === "" ? undefined : claim.header;
  if (header !== undefined && claim.path !== undefined && header !== claim.path) {
    const text = `the header names tenant '${readable(header)}' and the path '${claim.path}': wanted one`;
    return { ok: false, status: 400, text, missing: false };
  }
  const name = header ?? claim.path ?? options.default;
  if (name === undefined) return { ok: false, status: 401, text: "no org id", missing: true };
  const tenant = RESERVED.includes(name) ? undefined : parseTenantId(name);
  if (tenant !== undefined) return { ok: true, tenant };
  return { ok: false, status: 401, text: findProblem(name), missing: false };
}

/** Names the rule that is broken, in the words of Cortex (`pkg/tenant/tenant.go`). */
function findProblem(name: string): string {
  for (const char of name) {
    if (SUPPORTED.test(char)) continue;
    return `tenant ID '${readable(name)}' contains unsupported character '${char}'`;
  }
  if (name.length > SIZE_MAX) return `tenant ID is too long: max ${SIZE_MAX} characters`;
  if (name === "." || name === "..") return "tenant ID is '.' or '..'";
  return `tenant ID '${name}' is not allowed`;
}

/** A header comes as one character a byte; the bytes are mostly meant as UTF-8. */
function readable(header: string): string {
  return Buffer.from(header, "latin1").toString("utf8");
}

function anonymous(): TenantId {
  const tenant = parseTenantId("anonymous");
  if (tenant === undefined)
    throw new Error("The name of the only tenant breaks the rule for tenants");
  return tenant;
}
