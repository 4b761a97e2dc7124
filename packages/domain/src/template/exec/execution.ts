import type { Budget } from "../budget.ts";
import type { GoTime } from "../time/time.ts";
import type { ZoneLoader } from "../time/zone.ts";
import type { RegexCache } from "../functions/regex.ts";

/** What functions need to know of the rendering that calls them. */
export interface Execution {
  readonly budget: Budget;
  /** What `now` is, and `since` counts from. */
  readonly now: GoTime;
  readonly zones: ZoneLoader;
  readonly regexes: RegexCache;
  /** The value of a route label, rendered. @throws GoError */
  routeLabel(name: string): string;
}
