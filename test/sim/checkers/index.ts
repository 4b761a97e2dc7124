/** The checkers of PROTOCOL 14: some look at each first byte and each read, the others at the end. */
import type { Attempt } from "../world/receivers.ts";
import { checkContent, checkSilenced } from "./content.ts";
import { checkDuplicates } from "./duplicates.ts";
import { checkEnding } from "./ending.ts";
import { checkEpisodes } from "./episodes.ts";
import { checkHolder } from "./holder.ts";
import { checkMerges, RecordSample } from "./merges.ts";
import { checkMoves } from "./moves.ts";
import { checkNews } from "./news.ts";
import { checkOrder } from "./order.ts";
import { checkRefusals } from "./refusals.ts";
import { checkTold, Holdings } from "./told.ts";
import { checkUnmuted } from "./unmuted.ts";
import { Waking } from "./waking.ts";
import { checkWipe } from "./wiped.ts";
import { excuseUnwritten } from "./unwritten.ts";
import type { Watch } from "./watch.ts";

export type { Watch };

/** What is gathered while a run goes on. */
export interface Gathered {
  readonly records: RecordSample;
  readonly holdings: Holdings;
}

/** Begins to watch a world in which nothing runs yet. */
export function watch(watched: Watch): Gathered {
  const gathered = { records: new RecordSample(), holdings: new Holdings(watched) };
  const { receiver } = watched.world;
  const waking = new Waking(watched);
  watched.world.onChange = (id, tenant, state) => {
    gathered.records.add(tenant, state);
    gathered.holdings.add(id, state);
  };
  watched.faults.onFault = (fault) => {
    checkWipe(watched, fault);
    excuseUnwritten(watched, fault);
  };
  receiver.onFirstByte = (attempt: Attempt) => {
    checkHolder(watched, attempt);
    waking.checkSend(attempt);
    checkContent(watched, attempt);
    checkSilenced(watched, attempt);
    checkOrder(watched, attempt);
    checkEpisodes(watched, attempt);
  };
  return gathered;
}

/** To be called when the last fault is over and everything had time. */
export function checkAtEnd(watched: Watch, { records, holdings }: Gathered): void {
  checkTold(watched, holdings);
  checkUnmuted(watched);
  checkDuplicates(watched);
  checkEnding(watched);
  checkRefusals(watched);
  checkMoves(watched);
  checkNews(watched);
  for (const message of checkMerges(records)) {
    watched.history.violate("I16", watched.world.events.nowMs, message);
  }
}
