import { afterEach, describe, expect, test, vi } from "vitest";
import type { TestModule } from "vitest/node";

import ClosingLineReporter from "../reporter.ts";

interface Fake {
  readonly states: readonly ("passed" | "failed" | "skipped" | "pending")[];
  readonly moduleErrors?: number;
}

/** The part of a finished module that the reporter looks at. */
function moduleOf({ states, moduleErrors = 0 }: Fake): TestModule {
  const tests = states.map((state) => ({
    name: "redis",
    parent: { type: "module" },
    module: { relativeModuleId: "a.test.ts" },
    result: () => ({ state, note: state === "skipped" ? "no redis-server" : undefined }),
  }));
  const fake = {
    errors: () => Array.from({ length: moduleErrors }, () => new Error("cannot load")),
    children: { allTests: () => tests },
  };
  // A whole TestModule cannot be made outside of a run.
  return fake as unknown as TestModule;
}

function report(modules: readonly Fake[], unhandledCount = 0): string[] {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => lines.push(line));
  const unhandled = Array.from({ length: unhandledCount }, () => new Error("nobody awaited"));
  new ClosingLineReporter().onTestRunEnd(modules.map(moduleOf), unhandled);
  return lines;
}

describe("ClosingLineReporter", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  test("ends with the counts, after what was skipped and why", () => {
    vi.stubEnv("TOCSIN_CHECKS_PASSED", "0");
    vi.stubEnv("TOCSIN_CHECKS_FAILED", "0");
    expect(report([{ states: ["passed", "skipped", "skipped"] }, { states: ["failed"] }])).toEqual([
      "skipped: a.test.ts > redis (no redis-server), 2 tests",
      "1 passed, 1 failed, 2 skipped",
    ]);
  });

  test("counts a test that never ended, a file that cannot load and a stray rejection as failed", () => {
    vi.stubEnv("TOCSIN_CHECKS_PASSED", "0");
    vi.stubEnv("TOCSIN_CHECKS_FAILED", "0");
    expect(report([{ states: ["pending"] }, { states: [], moduleErrors: 2 }], 1)).toEqual([
      "0 passed, 3 failed, 0 skipped",
    ]);
  });

  test("counts the checks that ran before", () => {
    vi.stubEnv("TOCSIN_CHECKS_PASSED", "3");
    vi.stubEnv("TOCSIN_CHECKS_FAILED", "1");
    expect(report([{ states: ["passed"] }])).toEqual(["4 passed, 1 failed, 0 skipped"]);
  });
});
