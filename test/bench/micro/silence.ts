import type { InstanceId, MatcherSpec } from "@tocsin/domain/model";
import { SilenceIndex } from "@tocsin/domain/silence";
import { makeLabelSets } from "./labels.ts";
import type { MicroBench } from "./measure.ts";

const SILENCE_COUNT = 1_000;

/** Is an alert silenced? A thousand silences: most name one pod, three of ten have an expression. */
export function makeSilenceBench(): MicroBench {
  const index = new SilenceIndex();
  for (let at = 0; at < SILENCE_COUNT; at += 1) {
    index.set({
      id: `silence-${at}`,
      matcherSets: [matchersOf(at)],
      startsAtMs: 0,
      endsAtMs: 10,
      updatedAtMs: 0,
      createdBy: "operator@example.com",
      comment: "planned work",
      annotations: {},
      expiredOnRequest: false,
      stampUs: at,
      stampBy: "a" as InstanceId, // any name will do
      keepUntilMs: 20,
    });
  }
  const labels = makeLabelSets(1_000);
  return {
    id: "silence-query",
    what: "ask whether an alert is silenced, 1,000 silences",
    run: () => {
      let found = 0;
      for (const one of labels) found += index.mutedBy(one, 5).length;
      if (found === 0) throw new Error("Some alerts were expected to be silenced");
      return labels.length;
    },
  };
}

function matchersOf(at: number): readonly MatcherSpec[] {
  const alertname = { type: "=" as const, name: "alertname", value: `Alert_${at % 100}` };
  if (at % 10 < 7) {
    return [alertname, { type: "=", name: "pod", value: `pod-${`${at}`.padStart(8, "0")}` }];
  }
  return [alertname, { type: "=~", name: "pod", value: `pod-0*${at}[0-3].*` }];
}
