import type { Draw } from "../../../sim/world/events.ts";
import type { Disturbance } from "../network/index.ts";
import { planTraffic, type TrafficPlan } from "../plan.ts";
import type { Program } from "../programs.ts";
import type { Stage } from "../stage.ts";
import type { Management } from "../stateful-set.ts";

type Tenants = readonly (string | undefined)[];

export interface Scenario {
  readonly name: string;
  /** One sentence for people. */
  readonly what: string;
  /** How many instances it begins with, unless the command line says otherwise; `fixed`: whatever it says. */
  readonly replicas: number;
  readonly isFixed?: boolean;
  /** How many more there will be at most. */
  readonly extra?: number;
  readonly replicationFactor?: number;
  readonly disturbance?: Disturbance;
  readonly management?: Management;
  /** False: whoever is started again begins with an empty volume. */
  readonly keepsVolumes?: boolean;
  readonly tenantCount?: number;
  readonly flags?: readonly string[];
  /** Without it the program must be this one: the scenario uses what others do not have. */
  readonly only?: Program["name"];
  readonly traffic: (draw: Draw, tenants: Tenants) => TrafficPlan;
  /** First messages may take so long after the yes: the bar for a fail-over. */
  readonly delayMaxMs?: number;
  /** When it is over and a while of quiet begins, at least. */
  readonly runMs: number;
  readonly run: (stage: Stage) => Promise<void>;
}

/** What most scenarios run under. */
export const MIXED_MS = 38_000;
export const RUN_MS = 42_000;

export function mixed(draw: Draw, tenants: Tenants): TrafficPlan {
  return planTraffic(draw, { tenants, forMs: MIXED_MS });
}

/** For so long: the usual mix. */
export function mixedFor(forMs: number): Scenario["traffic"] {
  return (draw, tenants) => planTraffic(draw, { tenants, forMs });
}
