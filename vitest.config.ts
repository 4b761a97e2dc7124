import { defineConfig } from "vitest/config";

// Without "import": the workers get these as their own too, and a `require` must not be given an ES module.
const conditions = ["tocsin-source", "node"];

/** One configuration for the whole repository: tests run on the sources, nothing needs to be built. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/**/*.test.ts", "services/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // No module of ours keeps state of its own, so files can share a module graph: ten times faster.
    isolate: false,
    pool: "threads",
    maxWorkers: 2,
    reporters: [["default", { summary: false }], "./test/reporter.ts"],
    testTimeout: 30_000,
  },
});
