import { DEDUP_PLAYERS } from "./players/dedup.ts";
import { DURATION_PLAYERS } from "./players/duration.ts";
import { MATCHER_PLAYERS } from "./players/matcher.ts";
import { MERGE_PLAYERS } from "./players/merge.ts";
import { SILENCE_PLAYERS } from "./players/silence.ts";
import type { FolderPlayers } from "./vector.ts";

/** Who plays which folder. A new kind of vectors is a file in `players/` and a line here. */
export const PLAYERS: Readonly<Record<string, FolderPlayers | undefined>> = {
  dedup: DEDUP_PLAYERS,
  duration: DURATION_PLAYERS,
  matcher: MATCHER_PLAYERS,
  merge: MERGE_PLAYERS,
  silence: SILENCE_PLAYERS,
};
