/** One recorded decision: what went in and what came out of Alertmanager 0.34. */
export interface VectorCase {
  readonly name: string;
  readonly input: unknown;
  readonly want: unknown;
  /** What the cases of a file share; most files share nothing. */
  readonly data: unknown;
}

/** What playing a case showed. `skip` names why it cannot be played here. */
export type Verdict =
  | { readonly kind: "pass" }
  | { readonly kind: "fail"; readonly difference: string }
  | { readonly kind: "skip"; readonly reason: string };

/** Plays one case of a file against this program. */
export type Player = (vector: VectorCase) => Verdict | Promise<Verdict>;

/** The players of one folder of vectors, by file name. */
export type FolderPlayers = Readonly<Record<string, Player>>;

export const PASS: Verdict = { kind: "pass" };

/** Compares two JSON values and names the first place where they differ. */
export function judge(want: unknown, got: unknown): Verdict {
  const difference = findDifference(want, got, "");
  return difference === undefined ? PASS : { kind: "fail", difference };
}

/** The first of several verdicts that is no pass. */
export function allOf(verdicts: readonly Verdict[]): Verdict {
  return verdicts.find((verdict) => verdict.kind !== "pass") ?? PASS;
}

/** A verdict whose difference says which part of the case it belongs to. */
export function within(part: string, verdict: Verdict): Verdict {
  if (verdict.kind !== "fail") return verdict;
  return { kind: "fail", difference: `${part}: ${verdict.difference}` };
}

function findDifference(want: unknown, got: unknown, path: string): string | undefined {
  if (Array.isArray(want) && Array.isArray(got)) return findListDifference(want, got, path);
  if (isObject(want) && isObject(got)) {
    for (const key of new Set([...Object.keys(want), ...Object.keys(got)])) {
      const difference = findDifference(want[key], got[key], `${path}.${key}`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  if (Object.is(want, got)) return undefined;
  const place = path === "" ? "result" : path.slice(1);
  return `${place}: want ${JSON.stringify(want)}, got ${JSON.stringify(got)}`;
}

function findListDifference(
  want: readonly unknown[],
  got: readonly unknown[],
  path: string,
): string | undefined {
  for (let at = 0; at < Math.max(want.length, got.length); at += 1) {
    const difference = findDifference(want[at], got[at], `${path}.${at}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
