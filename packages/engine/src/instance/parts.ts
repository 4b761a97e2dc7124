import type { Pacer } from "@tocsin/foundation";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import type { Claims } from "../cluster/claims.ts";
import type { Granter } from "../cluster/granter.ts";
import type { Liveness } from "../cluster/liveness.ts";
import type { Quarantine } from "../cluster/quarantine.ts";
import type { Reach } from "../cluster/reach.ts";
import type { Timings } from "../cluster/timings.ts";
import type { Turns } from "../cluster/turns.ts";
import type { Confirmations } from "../distributor/index.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { Membership } from "../membership/index.ts";
import type { Journal } from "../ports/index.ts";
import type { CatchUp, Contact } from "../replication/index.ts";
import type { SettingsCache } from "../tenant/settings.ts";
import type { ClusterTime, RunningTime } from "../time/index.ts";
import type { Pinger } from "./pinger.ts";
import type { Waking } from "./waking.ts";

/** The parts of a running instance, as those see them that tie them together. */
export interface Parts {
  /** Turns that all decisions and writes of this instance share. */
  readonly pacer: Pacer;
  readonly ownId: InstanceId;
  readonly timings: Timings;
  readonly running: RunningTime;
  readonly time: ClusterTime;
  readonly liveness: Liveness;
  readonly quarantine: Quarantine;
  readonly granter: Granter;
  readonly claims: Claims;
  readonly turns: Turns;
  readonly fleet: Fleet;
  readonly membership: Membership;
  readonly catchUp: CatchUp;
  readonly contact: Contact;
  readonly journal: Journal;
  readonly settingsCache: SettingsCache;
  readonly waking: Waking;
  readonly confirmations: Confirmations;
  readonly reach: Reach;
  readonly pinger: Pinger;
  /** Owned under the settled view, and caught up. */
  readonly maySend: (tenant: TenantId) => boolean;
  /** Asks this peer for its view, once at a time. */
  readonly fetchView: (from: InstanceId) => void;
  /** Asks this peer for the tenant's configuration, once at a time. */
  readonly fetchConfig: (tenant: TenantId, from: InstanceId) => void;
}
