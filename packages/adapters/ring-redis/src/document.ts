import type { InstanceId } from "@tocsin/domain/model";
import type { Member, MemberState, RingDocument } from "@tocsin/domain/ring";
import type { Heartbeat } from "@tocsin/engine/ports";

const MEMBER_STATES: ReadonlySet<unknown> = new Set<MemberState>([
  "pending",
  "joining",
  "active",
  "leaving",
]);

/**
 * Reads a ring document from JSON that anybody may have written. Undefined when any part of it is not
 * what it must be: half a document would move ownership.
 */
export function decodeDocument(json: string): RingDocument | undefined {
  const raw = parseObject(json);
  if (raw === undefined) return undefined;
  const { version, writer, settled, target, members } = raw;
  if (!isCount(version) || !isId(writer) || !isIds(settled) || !isIds(target)) return undefined;
  if (!Array.isArray(members)) return undefined;
  const read = members.map((member: unknown) => memberFrom(member));
  const whole = read.filter((member) => member !== undefined);
  if (whole.length !== read.length) return undefined;
  return { version, writer, settled, target, members: whole };
}

/** Reads one field of the heartbeats' hash. Undefined when it is damaged; its owner soon replaces it. */
export function decodeHeartbeat(id: string, json: string): Heartbeat | undefined {
  const raw = parseObject(json);
  if (raw === undefined || !isId(id)) return undefined;
  const { incarnation, viewSeen, synced, atMs } = raw;
  if (!isCount(incarnation) || !isCount(viewSeen) || !isCount(synced) || !isCount(atMs)) {
    return undefined;
  }
  return { id, incarnation, viewSeen, synced, atMs };
}

function memberFrom(raw: unknown): Member | undefined {
  if (!isRecord(raw)) return undefined;
  const { id, address, zone, state, incarnation } = raw;
  if (!isId(id) || typeof address !== "string" || typeof zone !== "string") return undefined;
  if (!isMemberState(state) || !isCount(incarnation)) return undefined;
  return { id, address, zone, state, incarnation };
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0; // A safe integer is a number.
}

function isId(value: unknown): value is InstanceId {
  return typeof value === "string" && value !== "";
}

function isIds(value: unknown): value is InstanceId[] {
  return Array.isArray(value) && value.every(isId);
}

function isMemberState(value: unknown): value is MemberState {
  return MEMBER_STATES.has(value);
}
