/** Ring documents for tests, in few words. */
import type { InstanceId } from "@tocsin/domain/model";
import type { MemberState, RingDocument } from "@tocsin/domain/ring";
import type { OwnEntry } from "./document-changes.ts";

// Branded texts are made at the edges of the program, and a test is one.
export const ids: readonly [InstanceId, InstanceId, InstanceId, InstanceId] = [
  "a" as InstanceId,
  "b" as InstanceId,
  "c" as InstanceId,
  "d" as InstanceId,
];

export function own(id: InstanceId, incarnation = 1): OwnEntry {
  return { id, address: `${id}:9095`, zone: "", incarnation };
}

export interface DocumentPart {
  readonly settled: readonly InstanceId[];
  readonly target: readonly InstanceId[];
  readonly members?: readonly InstanceId[];
  /** `active` unless it is here. */
  readonly states?: Readonly<Record<string, MemberState>>;
}

export function documentOf(part: DocumentPart): RingDocument {
  const members = part.members ?? [...new Set([...part.settled, ...part.target])].sort();
  return {
    version: 1,
    writer: ids[0],
    settled: part.settled,
    target: part.target,
    members: members.map((id) => ({ ...own(id), state: part.states?.[id] ?? "active" })),
  };
}

/** One line: version, members with their states, `settled` and `target`. */
export function shown(document: RingDocument | undefined): string {
  if (document === undefined) return "none";
  const members = document.members.map(({ id, state }) => `${id}=${state}`).join(" ");
  const { version, settled, target } = document;
  return `${version}: ${members} | ${settled.join(",")} -> ${target.join(",")}`;
}
