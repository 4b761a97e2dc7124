/** What can go wrong, and which checkers take what into account. */
import type { InstanceId } from "@tocsin/domain/model";

/** The order matters: seeds draw from this list. */
export const FAULT_KINDS = [
  "kill",
  "kill-two",
  "kill-all",
  "power",
  "power-all",
  "wipe",
  "restart",
  "stop",
  "stop-two",
  "cut",
  "data-cut",
  "lossy",
  "clock",
  "disk-full",
  "ring-down",
  "ring-wipe",
  "objects-down",
  "objects-lose",
  "receiver-down",
  "receiver-fails",
  "receiver-slow",
  "receiver-hangs",
] as const;

/** The number of machines changes. Drawn only in wide runs, or by name. */
export const SCALE_KINDS = [
  "join",
  "join-two",
  "leave",
  "leave-many",
  "swap",
  "roll",
  "kill-for-good",
] as const;

/** Only by name: seeds that are known draw from the lists above. */
export const NAMED_KINDS = [
  "stalls",
  "slow",
  "restart-all",
  "isolate",
  "flaps",
  "ring-slow",
  "objects-slow",
  "cut-pair",
  "split",
  "drain",
] as const;

export const ALL_KINDS: readonly FaultKind[] = [...FAULT_KINDS, ...SCALE_KINDS, ...NAMED_KINDS];

export type FaultKind =
  | (typeof FAULT_KINDS)[number]
  | (typeof SCALE_KINDS)[number]
  | (typeof NAMED_KINDS)[number];

/** Processes end, and nobody told them before. */
export const FELLING: readonly FaultKind[] = [
  "kill",
  "kill-two",
  "kill-all",
  "kill-for-good",
  "power",
  "power-all",
  "wipe",
];

/** A folder is never read again. */
export const DISK_LOSING: readonly FaultKind[] = ["wipe", "kill-for-good"];

/** After these a sender may be replaced, and what it has in flight may be told again. */
export const REPLACING: readonly FaultKind[] = [
  ...FELLING,
  "restart",
  "restart-all",
  "stop",
  "stop-two",
];

/** Everybody at once. */
export const OF_ALL: readonly FaultKind[] = ["kill-all", "power-all", "restart-all"];

/** Messages between members are lost, or late. */
export const CUTTING: readonly FaultKind[] = [
  "cut",
  "cut-pair",
  "split",
  "isolate",
  "lossy",
  "stalls",
  "slow",
];

export const RECEIVING: readonly FaultKind[] = [
  "receiver-down",
  "receiver-fails",
  "receiver-slow",
  "receiver-hangs",
];

/** Nobody falls: whoever leaves is told to (I20). */
export const GRACEFUL: readonly FaultKind[] = [
  "join",
  "join-two",
  "leave",
  "leave-many",
  "swap",
  "roll",
  "restart",
  "drain",
];

export interface Fault {
  readonly kind: FaultKind;
  readonly targets: readonly InstanceId[];
  readonly fromMs: number;
  /** True time at which all is well again: the process is ready, the network whole. */
  untilMs: number;
  /** True: bulk data does not reach the targets, whatever they say themselves. */
  isDeaf?: boolean;
}
