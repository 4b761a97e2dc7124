import { parseConfig } from "@tocsin/domain/config";
import { compileRoutes, matchRoutes } from "@tocsin/domain/route";
import { configYaml } from "../work.ts";
import { makeLabelSets } from "./labels.ts";
import type { MicroBench } from "./measure.ts";

/** Alerts of twenty teams find their place among forty routes, one level below the root each. */
export function makeRouteBench(): MicroBench {
  const shape = { hookUrl: "http://hooks.example.com/", groupWait: "30s", teamCount: 20 };
  const parsed = parseConfig(configYaml({ ...shape, inhibitRuleCount: 0 }));
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
  const root = compileRoutes(parsed.config.route);
  const labels = makeLabelSets(1_000);
  return {
    id: "route-match",
    what: "route an alert, 40 routes",
    run: () => {
      for (const one of labels) {
        if (matchRoutes(root, one).length !== 1) throw new Error("One route was expected");
      }
      return labels.length;
    },
  };
}
