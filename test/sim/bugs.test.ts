import { describe, expect, it } from "vitest";
import { BUGS, runWith, type Bug } from "./bugs/index.ts";
import { checkMerges, LAWS, RecordSample } from "./checkers/merges.ts";
import { runSeed } from "./run.ts";

/** Beyond the seeds that are known to show a bug. */
const OTHER_SEED_MAX = 80;

describe("the checkers find a planted bug and nothing else", () => {
  it.each(BUGS)("$invariant: $name", { timeout: 120_000 }, async (bug) => {
    const seed = await firstSeedThatShows(bug);
    const right = await runSeed({ seed, kinds: bug.kinds, ...bug.world });
    expect(right.history.violations, `seed ${seed} without the bug`).toEqual([]);
  });

  it("I16: a tie is broken by what is here already", async () => {
    const report = await runSeed({ seed: 1, kinds: [] });
    const sample = new RecordSample();
    for (const { instance } of report.world.machines) {
      for (const tenant of instance?.fleet.tenants() ?? [])
        sample.add(tenant.id, tenant.fullState());
    }
    const [first] =
      report.world.machines[0]?.instance?.fleet.get("t-0" as never)?.fullState().alerts ?? [];
    if (first === undefined) throw new Error("The run has made no alert");
    sample.add("t-0" as never, { alerts: [{ ...first, endsAtMs: first.endsAtMs + 1 }] });
    expect(checkMerges(sample)).toEqual([]);
    const mine = {
      ...LAWS,
      alerts: {
        ...LAWS.alerts,
        merge: (left: typeof first, right: typeof first) =>
          right.stampUs > left.stampUs ? right : left,
      },
    };
    expect(checkMerges(sample, mine)).toContain("merge of alerts is not commutative");
  });
});

/** Where a change of the program has moved the bug to another seed, that one is looked for. */
async function firstSeedThatShows(bug: Bug): Promise<number> {
  const others = Array.from({ length: OTHER_SEED_MAX }, (_, at) => at + 1);
  for (const seed of [...bug.seeds, ...others]) {
    const { history } = await runWith(bug, { seed });
    if (history.violations.some(({ invariant }) => invariant === bug.invariant)) return seed;
  }
  throw new Error(`No seed to ${OTHER_SEED_MAX} shows that ${bug.name}`);
}
