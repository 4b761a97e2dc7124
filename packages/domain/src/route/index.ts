export { formatLabelSet, groupKey, groupKeyHash, groupLabels, logKey } from "./group-key.ts";
export { compileRoutes, matchRoutes, regexStepsOf, walkRoutes, type Route } from "./route.ts";
