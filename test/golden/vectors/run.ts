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
export async function playFile(file: string): Promise<FileOutcome> {
  const player = findPlayer(file) ?? skipUnknown;
  // The files are golden data of this one form.
  const { cases, data } = JSON.parse(readFileSync(file, "utf8"), keepInteger) as VectorFile;
  const verdicts: FileOutcome["verdicts"][number][] = [];
  for (const vector of cases) {
    verdicts.push({ name: vector.name, verdict: await playCase(player, { ...vector, data }) });
  }
  return { file, verdicts };
}

interface VectorFile {
  readonly cases: readonly Omit<VectorCase, "data">[];
  readonly data?: unknown;
}

/** Integers that doubles would change become bigints. */
function keepInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? "";
  return /^-?[0-9]+$/.test(source) ? BigInt(source) : value;
}

async function playCase(player: Player, vector: VectorCase): Promise<Verdict> {
  try {
    return await player(vector);
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
