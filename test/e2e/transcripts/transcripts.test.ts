import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MEANT_DIFFERENCES } from "./differences.ts";
import { playWithProcess, TenantPartners } from "./partners.ts";
import { needsProcess, readTranscripts } from "./transcript.ts";

const GOLDEN = join(import.meta.dirname, "../../golden");
const FILES = [
  ...["alerts-get", "alerts-post", "groups", "metrics", "silences", "status-receivers", "web"].map(
    (name) => `api/${name}.json`,
  ),
  ...["alerts", "general", "silences"].map((name) => `api-v1/${name}.json`),
];

const ATTEMPT_COUNT = 3;

let tenants: TenantPartners;
beforeAll(async () => {
  tenants = await TenantPartners.start();
});
afterAll(() => tenants.stop());

describe.concurrent.for(FILES)("%s is answered as recorded", (file) => {
  const transcripts = readTranscripts(join(GOLDEN, file)).filter(
    ({ name }) => !MEANT_DIFFERENCES.has(name),
  );
  it.for(transcripts)("$name", { timeout: 240_000 }, async (transcript) => {
    // Some have times of seconds in them, which a machine that is too busy lets pass between two steps.
    let difference: string | undefined;
    for (let attempt = 1; attempt <= ATTEMPT_COUNT; attempt += 1) {
      difference = needsProcess(transcript)
        ? await playWithProcess(transcript)
        : await tenants.play(transcript, attempt);
      if (difference === undefined) break;
    }
    expect(difference).toBeUndefined();
  });
});
