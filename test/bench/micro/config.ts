import { parseConfig } from "@tocsin/domain/config";
import { compileInhibitRules } from "@tocsin/domain/inhibit";
import { compileRoutes } from "@tocsin/domain/route";
import { configYaml } from "../work.ts";
import type { MicroBench } from "./measure.ts";

const TEXT = configYaml({
  hookUrl: "http://hooks.example.com/",
  groupWait: "30s",
  teamCount: 20,
  inhibitRuleCount: 86,
});

/** Text to compiled routes and rules, nothing shared between loads. */
export const configBench: MicroBench = {
  id: "config-load",
  what: "load a configuration, 41 receivers and routes, 86 inhibition rules",
  run: () => {
    const parsed = parseConfig(TEXT);
    if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
    compileRoutes(parsed.config.route);
    compileInhibitRules(parsed.config.inhibitRules);
    return 1;
  },
};
