import { parseMatchers } from "@tocsin/domain/matcher";
import type { MicroBench } from "./measure.ts";

const TEXTS: readonly string[] = [
  'severity="critical"',
  '{alertname="DiskFull", cluster=~"eu-.*", team!="db"}',
  'namespace!~"test-.*", service="checkout"',
];

/** Reads lists of matchers as users write them, by both parsers as is the default. */
export const matcherBench: MicroBench = {
  id: "matcher-parse",
  what: "parse a list of matchers",
  run: () => {
    for (const text of TEXTS) {
      const parsed = parseMatchers(text, "fallback");
      if (!parsed.ok) throw new Error(parsed.error);
    }
    return TEXTS.length;
  },
};
