import { atOnce, type Steps } from "@tocsin/foundation";
import type { RouteConfig } from "../config/types.ts";
import {
  compareMatchers,
  compileMatchers,
  formatMatchers,
  matcherSteps,
  matchesAll,
  type Matcher,
  type RegexCache,
} from "../matcher/index.ts";
import { compareText, type LabelSet } from "../model/index.ts";
import { ChildIndex, INDEXED_COUNT_MIN } from "./child-index.ts";

const GROUP_WAIT_MS = 30_000;
const GROUP_INTERVAL_MS = 5 * 60_000;
const REPEAT_INTERVAL_MS = 4 * 3_600_000;

/** A node of the routing tree with everything it inherits filled in (S-21). Immutable. */
export interface Route {
  /** Unique in the tree: the matchers on the way from the root, each with the child's position. */
  readonly id: string;
  /** The matchers on the way from the root. Siblings with equal matchers share it (S-25). */
  readonly key: string;
  /** Position in post-order: children count before their parent, the root has the highest. */
  readonly idx: number;
  readonly receiver: string;
  /** Label names, sorted, each once. Without meaning while `groupByAll` is set. */
  readonly groupBy: readonly string[];
  readonly groupByAll: boolean;
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly matchers: readonly Matcher[];
  readonly continue: boolean;
  /** Own labels over those of the parents; values may be templates. */
  readonly labels: Readonly<Record<string, string>>;
  readonly children: readonly Route[];
  /** Which of the children to ask, where there are many. */
  readonly childIndex?: ChildIndex;
  readonly parent: Route | undefined;
}

/**
 * Makes the routing tree of a configuration. `cache` shares compiled regexes with other tenants.
 * Mirrors `dispatch/route.go` of Alertmanager 0.34.
 */
export function compileRoutes(config: RouteConfig, cache?: RegexCache): Route {
  return atOnce(routeSteps(config, cache));
}

/** `compileRoutes` in steps of some 10 µs: one for a route and one for each step of its regular expressions. */
export function routeSteps(config: RouteConfig, cache?: RegexCache): Steps<Route> {
  return compileRoute(config, { parent: undefined, position: 0, counter: { next: 0 }, cache });
}

/**
 * The routes that take an alert (S-20): depth first, left to right; after a matching child without
 * `continue` the rest is not asked; a node none of whose children match takes the alert itself. Empty
 * only if the root itself has matchers and they do not match.
 */
export function matchRoutes(root: Route, labels: LabelSet): readonly Route[] {
  const found: Route[] = [];
  collectMatches(root, labels, found);
  return found;
}

/** What finding an alert's routes may take for each character of a label, see `patternCost`. */
export function regexStepsOf(root: Route): number {
  let steps = 0;
  for (const { matchers } of walkRoutes(root)) steps += matcherSteps(matchers);
  return steps;
}

/** Visits all routes, parents before children. */
export function* walkRoutes(root: Route): Generator<Route> {
  yield root;
  for (const child of root.children) yield* walkRoutes(child);
}

interface Place {
  readonly parent: Route | undefined;
  /** Among the parent's children. */
  readonly position: number;
  readonly counter: { next: number };
  readonly cache: RegexCache | undefined;
}

type Draft = { -readonly [Field in keyof Route]: Route[Field] };

function* compileRoute(config: RouteConfig, place: Place): Steps<Route> {
  const { parent, counter, cache } = place;
  const matchers = compileMatchers(config.matchers.toSorted(compareMatchers), cache);
  yield 1 + matcherSteps(matchers);
  const printed = formatMatchers(matchers);
  const children: Route[] = [];
  const route: Draft = {
    id: parent === undefined ? printed : `${parent.id}/${printed}/${place.position}`,
    key: parent === undefined ? printed : `${parent.key}/${printed}`,
    idx: 0,
    receiver: config.receiver ?? parent?.receiver ?? "",
    ...inheritGroupBy(config, parent),
    groupWaitMs: config.groupWaitMs ?? parent?.groupWaitMs ?? GROUP_WAIT_MS,
    groupIntervalMs: config.groupIntervalMs ?? parent?.groupIntervalMs ?? GROUP_INTERVAL_MS,
    repeatIntervalMs: config.repeatIntervalMs ?? parent?.repeatIntervalMs ?? REPEAT_INTERVAL_MS,
    muteTimeIntervals: config.muteTimeIntervals,
    activeTimeIntervals: config.activeTimeIntervals,
    matchers,
    continue: config.continue,
    labels: inheritLabels(config, parent),
    children,
    parent,
  };
  const index = config.routes.length < INDEXED_COUNT_MIN ? undefined : new ChildIndex();
  for (const [position, childConfig] of config.routes.entries()) {
    const child = yield* compileRoute(childConfig, { parent: route, position, counter, cache });
    children.push(child);
    index?.add(position, child.matchers);
  }
  if (index !== undefined) route.childIndex = index;
  route.idx = counter.next;
  counter.next += 1;
  return route;
}

/** S-22: an explicit list, the empty one too, clears the flag; `...` keeps the parent's list. */
function inheritGroupBy(
  config: RouteConfig,
  parent: Route | undefined,
): Pick<Route, "groupBy" | "groupByAll"> {
  if (config.groupBy !== undefined) {
    return { groupBy: [...new Set(config.groupBy)].sort(compareText), groupByAll: false };
  }
  return {
    groupBy: parent?.groupBy ?? [],
    groupByAll: config.groupByAll || (parent?.groupByAll ?? false),
  };
}

function inheritLabels(config: RouteConfig, parent: Route | undefined): Route["labels"] {
  const inherited = parent?.labels ?? {};
  return config.labels === undefined ? inherited : { ...inherited, ...config.labels };
}

function collectMatches(route: Route, labels: LabelSet, found: Route[]): boolean {
  if (!matchesAll(route.matchers, labels)) return false;
  const countBefore = found.length;
  const { children, childIndex } = route;
  if (childIndex === undefined) {
    for (const child of children) {
      if (collectMatches(child, labels, found) && !child.continue) break;
    }
  } else {
    for (const place of childIndex.candidates(labels)) {
      const child = children[place];
      if (child === undefined) continue;
      if (collectMatches(child, labels, found) && !child.continue) break;
    }
  }
  if (found.length === countBefore) found.push(route);
  return true;
}
