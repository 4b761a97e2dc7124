export { formatLabelSet, groupKey, groupKeyHash, groupLabels, logKey } from "./group-key.ts";
export {
  compileRoutes,
  matchRoutes,
  regexStepsOf,
  routeSteps,
  walkRoutes,
  type Route,
} from "./route.ts";
