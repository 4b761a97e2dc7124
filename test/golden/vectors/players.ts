import { CLI_PLAYERS } from "./players/cli.ts";
import { CONFIG_PLAYERS } from "./players/config.ts";
import { DEDUP_PLAYERS } from "./players/dedup.ts";
import { DURATION_PLAYERS } from "./players/duration.ts";
import { INHIBIT_PLAYERS } from "./players/inhibit.ts";
import { MATCHER_PLAYERS } from "./players/matcher.ts";
import { MERGE_PLAYERS } from "./players/merge.ts";
import { ROUTE_PLAYERS } from "./players/route.ts";
import { SILENCE_PLAYERS } from "./players/silence.ts";
import { TEMPLATE_PLAYERS } from "./players/template.ts";
import { TIMEINTERVAL_PLAYERS } from "./players/timeinterval.ts";
import { TIMELINE_PLAYERS } from "./players/timeline.ts";
import type { FolderPlayers } from "./vector.ts";

/** Who plays which folder. A new kind of vectors is a file in `players/` and a line here. */
export const PLAYERS: Readonly<Record<string, FolderPlayers | undefined>> = {
  cli: CLI_PLAYERS,
  config: CONFIG_PLAYERS,
  dedup: DEDUP_PLAYERS,
  duration: DURATION_PLAYERS,
  inhibit: INHIBIT_PLAYERS,
  matcher: MATCHER_PLAYERS,
  merge: MERGE_PLAYERS,
  route: ROUTE_PLAYERS,
  silence: SILENCE_PLAYERS,
  template: TEMPLATE_PLAYERS,
  timeinterval: TIMEINTERVAL_PLAYERS,
  timeline: TIMELINE_PLAYERS,
};
