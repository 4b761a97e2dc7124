import { basename, dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { listVectorFiles, playFile } from "./vectors/run.ts";

describe("vectors recorded from Alertmanager 0.34", () => {
  for (const file of listVectorFiles(import.meta.dirname)) {
    const shown = `${basename(dirname(file))}/${basename(file)}`;
    it(`${shown} answers every case as recorded`, async () => {
      const { verdicts } = await playFile(file);
      const failed = verdicts.flatMap(({ name, verdict }) =>
        verdict.kind === "fail" ? [`${name}: ${verdict.difference}`] : [],
      );
      expect(verdicts.length).toBeGreaterThan(0);
      expect(failed).toEqual([]);
    });
  }
});
