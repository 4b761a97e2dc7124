import type { Reporter, TestCase, TestModule } from "vitest/node";

interface Tally {
  passed: number;
  failed: number;
  readonly skipped: string[];
}

/**
 * Ends a run with `N passed, N failed, N skipped`, after the names of what was skipped and why. A file
 * that cannot load, an error that nobody awaited and a test that never ended count as failures: without
 * that they would read "0 failed". The checks that ran before (`scripts/test.sh`) are counted in.
 */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tally: Tally = {
      passed: Number(process.env["TOCSIN_CHECKS_PASSED"] ?? 0),
      failed: Number(process.env["TOCSIN_CHECKS_FAILED"] ?? 0) + unhandled.length,
      skipped: [],
    };
    for (const module of modules) {
      if (module.errors().length > 0) tally.failed += 1;
      for (const test of module.children.allTests()) count(test, tally);
    }
    for (const line of summarise(tally.skipped)) console.log(`skipped: ${line}`);
    const counts = [
      `${tally.passed} passed`,
      `${tally.failed} failed`,
      `${tally.skipped.length} skipped`,
    ];
    console.log(counts.join(", "));
  }
}

function count(test: TestCase, tally: Tally): void {
  const result = test.result();
  if (result.state === "passed") {
    tally.passed += 1;
  } else if (result.state === "skipped") {
    const reason = result.note === undefined ? "" : ` (${result.note})`;
    const suite = test.parent.type === "suite" ? test.parent.fullName : test.name;
    tally.skipped.push(`${test.module.relativeModuleId} > ${suite}${reason}`);
  } else {
    tally.failed += 1;
  }
}

/** One line per suite and reason, with the number of its tests: the list stays readable. */
function summarise(skipped: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of skipped) counts.set(line, (counts.get(line) ?? 0) + 1);
  return [...counts].map(([line, times]) => (times === 1 ? line : `${line}, ${times} tests`));
}
