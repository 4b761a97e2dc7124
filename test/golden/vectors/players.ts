import { DURATION_PLAYERS } from "./players/duration.ts";
import { MATCHER_PLAYERS } from "./players/matcher.ts";
import type { FolderPlayers } from "./vector.ts";

/** Who plays which folder. A new kind of vectors is a file in `players/` and a line here. */
export const PLAYERS: Readonly<Record<string, FolderPlayers | undefined>> = {
  duration: DURATION_PLAYERS,
  matcher: MATCHER_PLAYERS,
};
