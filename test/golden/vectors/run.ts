import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { PLAYERS } from "./players.ts";
import type { Player, VectorCase, Verdict } from "./vector.ts";

export interface FileOutcome {
  readonly file: string;
  readonly verdicts: readonly { readonly name: string; readonly verdict: Verdict }[];
}

/** The vector files at or below a path, in the order of their names. */
export function listVectorFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).sort();
  return names.flatMap((name) => {
    const inner = join(path, name);
    if (statSync(inner).isDirectory()) return listVectorFiles(inner);
    return name.endsWith(".json") && findPlayer(inner) !== undefined ? [inner] : [];
  });
}

/** Plays all cases of a file. Folder and file name say which kind they are, as in `route/walk.json`. */
export function playFile(file: string): FileOutcome {
  const player = findPlayer(file) ?? skipUnknown;
  // The files are golden data of this one form.
  const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly VectorCase[] };
  const verdicts = cases.map((vector) => ({ name: vector.name, verdict: playCase(player, vector) }));
  return { file, verdicts };
}

function playCase(player: Player, vector: VectorCase): Verdict {
  try {
    return player(vector);
  } catch (thrown) {
    const reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return { kind: "fail", difference: `thrown: ${reason}` };
  }
}

function findPlayer(file: string): Player | undefined {
  const folder = PLAYERS[basename(dirname(resolve(file)))];
  return folder?.[basename(file)];
}

function skipUnknown(): Verdict {
  return { kind: "skip", reason: "no player for this folder and file name" };
}
