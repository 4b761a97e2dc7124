/** What of a tenant is counted for the metrics, one by one, so that a caller can let others have turns. */
import type { GroupKey } from "@tocsin/domain/model";
import { isTombstone } from "@tocsin/domain/records";
import { shownSilenceState, type SilenceState } from "@tocsin/domain/silence";
import type { AlertEntry } from "./alert-entry.ts";
import { inhibitedBy, silencedBy } from "./alert-status.ts";
import { isPastEnd } from "./judgement.ts";
import { hasTicked } from "./schedule.ts";
import type { TenantData } from "./tenant-data.ts";

/** `unprocessed`: no group of it has been flushed yet. */
export type CountedState = "active" | "suppressed" | "unprocessed";

export interface CountedAlert {
  readonly state: CountedState;
  /** 0: it stands for its group, which is there whether anything in it fires or not. */
  readonly count: 0 | 1;
  /** Undefined unless each group is counted for itself. */
  readonly groupKey: GroupKey | undefined;
}

/** The states of the alerts that fire: of each once, or of each once a group, with the groups. */
export function* alertStates(
  data: TenantData,
  { nowMs, byGroup }: { readonly nowMs: number; readonly byGroup: boolean },
): Generator<CountedAlert> {
  // A copy: others may change the tenant between two of them.
  if (!byGroup) {
    for (const entry of data.alerts.sorted) {
      if (isPastEnd(entry.record, nowMs)) continue;
      yield { state: stateOf(data, entry, nowMs), count: 1, groupKey: undefined };
    }
    return;
  }
  for (const group of data.groups.groups.slice()) {
    yield { state: "active", count: 0, groupKey: group.key };
    for (const entry of group.members.slice()) {
      if (isPastEnd(entry.record, nowMs)) continue;
      yield { state: stateOf(data, entry, nowMs), count: 1, groupKey: group.key };
    }
  }
}

/** The states of the silences, as the API shows them. */
export function* silenceStates(data: TenantData, nowMs: number): Generator<SilenceState> {
  for (const silence of Array.from(data.silences.records())) {
    if (!isTombstone(silence)) yield shownSilenceState(silence, nowMs);
  }
}

function stateOf(data: TenantData, entry: AlertEntry, nowMs: number): CountedState {
  if (silencedBy(data, entry, nowMs).length > 0) return "suppressed";
  if (inhibitedBy(data, entry, nowMs).length > 0) return "suppressed";
  return entry.groups.some(({ clock }) => hasTicked(clock)) ? "active" : "unprocessed";
}
