import { labelSetFromRecord, type LabelSet } from "@tocsin/domain/model";
import { alertJson } from "../work.ts";

/** Label sets of so many alerts. */
export function makeLabelSets(count: number): readonly LabelSet[] {
  return Array.from({ length: count }, (_, at) => {
    const alert = JSON.parse(alertJson(at, { startsAtMs: 0, endsAtMs: 1 })) as {
      readonly labels: Readonly<Record<string, string>>;
    };
    return labelSetFromRecord(alert.labels);
  });
}
