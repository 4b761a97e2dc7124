/** The seeds in which a nightly run has found something: `found.json`, which the tests run from then on. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** How a nightly run plays its seeds, as options of `runSeed`. */
export const MODES = ["usual", "wide", "episodes", "rare"] as const;
export type Mode = (typeof MODES)[number];

export interface Found {
  readonly seed: number;
  readonly mode: Mode;
  /** What was violated first. */
  readonly why: string;
}

const FILE = join(import.meta.dirname, "found.json");

export async function readFound(): Promise<readonly Found[]> {
  // Written below, and looked at by whoever commits it.
  return JSON.parse(await readFile(FILE, "utf8")) as readonly Found[];
}

/** Adds seeds that are not there yet. */
export async function addFound(found: readonly Found[]): Promise<void> {
  const known = await readFound();
  const isNew = ({ seed, mode }: Found): boolean =>
    !known.some((one) => one.seed === seed && one.mode === mode);
  const lines = [...known, ...found.filter(isNew)].map((one) => `  ${JSON.stringify(one)}`);
  await writeFile(FILE, lines.length === 0 ? "[]\n" : `[\n${lines.join(",\n")}\n]\n`);
}
