/** The table that people read. */
import type { Probe } from "./history.ts";
import type { Outcome } from "./run.ts";

const HEAD = [
  "scenario",
  "program",
  "seed",
  "owed",
  "lost",
  "late",
  "twice",
  "explained",
  "contradicted",
  "silenced but told",
  "writes lost",
  "not everywhere",
  "silences refused",
  "lists wrong",
  "p50 s",
  "max s",
  "",
];

/** One line an outcome; programs side by side when each ran the same scenario. */
export function formatTable(outcomes: readonly Outcome[]): string {
  const order = [...new Set(outcomes.map(({ scenario }) => scenario))];
  const sorted = outcomes.toSorted(
    (one, other) => order.indexOf(one.scenario) - order.indexOf(other.scenario),
  );
  const rows = [HEAD, HEAD.map(() => "---"), ...sorted.map(rowOf)];
  return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** What was asked beside the traffic, and what went wrong, below the table. */
export function formatDetails(outcome: Outcome): string {
  const lines = [
    ...outcome.probes.map(
      ({ what, asked, wrong, slowestMs, examples }) =>
        `${what}: ${asked - wrong} of ${asked}, slowest ${slowestMs.toFixed(0)} ms` +
        examples.map((example) => `\n    ${example}`).join(""),
    ),
    ...outcome.verdict.examples,
  ];
  return lines.map((line) => `  ${line}`).join("\n");
}

function rowOf({ scenario, program, seed, verdict, probes, broken }: Outcome): readonly string[] {
  return [
    scenario,
    program,
    String(seed),
    String(verdict.owed),
    String(verdict.lost),
    String(verdict.late),
    String(verdict.duplicates),
    String(verdict.explainedDuplicates),
    String(verdict.contradictions + verdict.falseResolves),
    String(verdict.silencedTold),
    String(verdict.lostWrites),
    String(verdict.partlyLostWrites),
    wrongOf(probes, "silences"),
    wrongOf(probes, "lists"),
    seconds(verdict.delayP50Ms),
    seconds(verdict.delayMaxMs),
    broken.length === 0 ? "ok" : "BROKEN",
  ];
}

/** `wrong/asked` of what was asked of this kind; nothing where nothing was asked. */
function wrongOf(probes: readonly Probe[], kind: Probe["kind"]): string {
  const ofKind = probes.filter((probe) => probe.kind === kind);
  const sum = (key: "wrong" | "asked"): number => ofKind.reduce((all, one) => all + one[key], 0);
  return ofKind.length === 0 ? "" : `${sum("wrong")}/${sum("asked")}`;
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? "" : (ms / 1_000).toFixed(2);
}
