import { DISTURBANCES } from "./disturbances.ts";
import { LOSSES } from "./losses.ts";
import { MEMBERSHIP } from "./membership.ts";
import type { Scenario } from "./scenario.ts";
import { STORM } from "./storm.ts";

export type { Scenario } from "./scenario.ts";

export const SCENARIOS: readonly Scenario[] = [...DISTURBANCES, ...MEMBERSHIP, ...LOSSES, STORM];
