/** What was measured, beside what is wanted. A goal is marked, never judged: machines differ. */

export interface Goal {
  /** `ratio`: ours divided by the peer's. */
  readonly of: "ours" | "ratio";
  readonly is: "at-most" | "at-least";
  readonly bound: number;
  /** Wanted in time, not yet now. */
  readonly isLater?: boolean;
}

export interface Figure {
  /** Stable, for those who compare runs: `post/new/10/cpu`. */
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer?: number;
  readonly goals?: readonly Goal[];
}

/** Undefined without a peer's figure. */
export function ratioOf({ ours, peer }: Figure): number | undefined {
  return peer === undefined ? undefined : ours / peer;
}

/** Undefined when it cannot be told: the peer was not there. */
export function isMet(goal: Goal, figure: Figure): boolean | undefined {
  const value = goal.of === "ours" ? figure.ours : ratioOf(figure);
  if (value === undefined) return undefined;
  return goal.is === "at-most" ? value <= goal.bound : value >= goal.bound;
}
