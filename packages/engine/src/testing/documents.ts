import type { InstanceId } from "@tocsin/domain/model";
import type { RingDocument } from "@tocsin/domain/ring";
import { View } from "../cluster/view.ts";

/** A document in which all stand that own anything; `target` undefined: nothing is under way. */
export function documentOf(
  settled: readonly InstanceId[],
  part: { readonly version?: number; readonly target?: readonly InstanceId[] } = {},
): RingDocument {
  const target = part.target ?? settled;
  const ids = [...new Set([...settled, ...target])].sort();
  return {
    version: part.version ?? 1,
    writer: ids[0] ?? ("" as InstanceId),
    settled,
    target,
    members: ids.map((id) => ({
      id,
      address: `${id}:9095`,
      zone: "",
      state: settled.includes(id) ? "active" : "joining",
      incarnation: 1,
    })),
  };
}

/** The view of it, with three owners a tenant. */
export function viewOf(...made: Parameters<typeof documentOf>): View {
  return new View(documentOf(...made), 3);
}
