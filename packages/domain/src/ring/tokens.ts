import { hash } from "node:crypto";
import type { InstanceId, TenantId } from "../model/index.ts";

export const TOKENS_PER_INSTANCE = 128;

/** A tenant's place on the ring: 32-bit FNV-1a of its UTF-8 bytes, as Cortex and Mimir place it. */
export function tenantToken(tenant: TenantId): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(tenant, "utf8")) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

const KNOWN_MAX = 1_000;
/** Every new view asks for the places of all members again. */
const known = new Map<InstanceId, readonly number[]>();

/**
 * An instance's places: the first four bytes of SHA-256 of `<id>/<n>`, n from 0. Derived from the ID, so
 * that an instance that returns gets the same tenants, with nothing to store and nothing to draw.
 */
export function instanceTokens(id: InstanceId): readonly number[] {
  const found = known.get(id) ?? tokensOf(id);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(id, found);
  return found;
}

function tokensOf(id: InstanceId): readonly number[] {
  const tokens: number[] = [];
  for (let n = 0; n < TOKENS_PER_INSTANCE; n += 1) {
    tokens.push(hash("sha256", `${id}/${n}`, "buffer").readUInt32BE(0));
  }
  return tokens;
}
