import { compileInhibitRules, InhibitIndex } from "@tocsin/domain/inhibit";
import type { Fingerprint } from "@tocsin/domain/model";
import { makeLabelSets } from "./labels.ts";
import type { MicroBench } from "./measure.ts";

const RULE_COUNT = 86;

/** Is an alert inhibited? With 86 rules and a thousand alerts, of which a quarter are sources. */
export function makeInhibitBench(): MicroBench {
  const rules = compileInhibitRules(
    Array.from({ length: RULE_COUNT }, (_, at) => ({
      name: "",
      sourceMatchers: [
        { type: "=" as const, name: "alertname", value: `Alert_${at}` },
        { type: "=" as const, name: "severity", value: "critical" },
      ],
      targetMatchers: [
        { type: "=" as const, name: "service", value: `svc-${at % 50}` },
        { type: "=~" as const, name: "severity", value: "warning|info" },
      ],
      equal: ["cluster"],
    })),
  );
  const labels = makeLabelSets(1_000);
  const index = new InhibitIndex(rules);
  for (const [at, one] of labels.entries()) {
    // Any text that differs will do for a fingerprint here.
    index.upsert({ fp: `${at}`.padStart(16, "0") as Fingerprint, labels: one, endsAtMs: 2 }, 0);
  }
  return {
    id: "inhibition",
    what: "ask whether an alert is inhibited, 86 rules",
    run: () => {
      let found = 0;
      for (const one of labels) if (index.findInhibitor(one, 1) !== undefined) found += 1;
      if (found === 0) throw new Error("Some alerts were expected to be inhibited");
      return labels.length;
    },
  };
}
