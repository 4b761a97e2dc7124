/** Checks of names across the document: each receiver and time interval once, and all that is used. */
import type { ConfigDocument } from "./document.ts";
import type { RouteDocument } from "./route.ts";
import type { Scope } from "./schema/index.ts";
import type { NamedTimeIntervals } from "./time-interval.ts";

export function checkRoutes(document: ConfigDocument, scope: Scope): void {
  const receivers = namesOf(document.receivers, "receiver", scope);
  const intervals = namesOf(
    [...(document.muteTimeIntervals ?? []), ...(document.timeIntervals ?? [])],
    "time interval",
    scope,
  );
  const { route } = document;
  if (route === undefined) {
    scope.ruleProblemAt(document, 'Cannot use the configuration: the "route" is missing');
    return;
  }
  checkRoot(route, scope);
  checkNode(route, "route", { receivers, intervals, scope });
}

function namesOf(
  items: ReadonlyArray<{ readonly name: string }> | readonly NamedTimeIntervals[] | undefined,
  kind: string,
  scope: Scope,
): ReadonlySet<string> {
  const names = new Set<string>();
  for (const item of items ?? []) {
    if (names.has(item.name)) {
      scope.ruleProblemAt(item, `Cannot use ${kind} "${item.name}": it is not unique`, {
        key: "name",
      });
    }
    names.add(item.name);
  }
  return names;
}

/** The root matches everything, all the time. */
function checkRoot(root: RouteDocument, scope: Scope): void {
  const report = (message: string, key?: string): void =>
    scope.ruleProblemAt(root, `Cannot use "route": ${message}`, key === undefined ? {} : { key });
  const hasMatchers =
    root.matchers.length > 0 || (root.match?.size ?? 0) > 0 || (root.matchRe?.size ?? 0) > 0;
  if (root.receiver === "") report('the root route needs a default "receiver"');
  if (hasMatchers) report("the root route must not have any matchers");
  if ((root.muteTimeIntervals?.length ?? 0) > 0) {
    report("the root route must not have any mute time intervals", "mute_time_intervals");
  }
  if ((root.activeTimeIntervals?.length ?? 0) > 0) {
    report("the root route must not have any active time intervals", "active_time_intervals");
  }
  if (root.continue) report('the root route must not have "continue"', "continue");
}

interface Names {
  readonly receivers: ReadonlySet<string>;
  readonly intervals: ReadonlySet<string>;
  readonly scope: Scope;
}

function checkNode(node: RouteDocument, path: string, names: Names): void {
  const { scope } = names;
  if (!scope.hasRoom) return;
  if (node.receiver !== "" && !names.receivers.has(node.receiver)) {
    const message = `Cannot use "${path}": undefined receiver "${node.receiver}"`;
    scope.ruleProblemAt(
      node,
      message,
      hinted("receiver", node.receiver, { candidates: names.receivers, scope }),
    );
  }
  checkIntervals(node, { path, key: "active_time_intervals" }, names);
  checkIntervals(node, { path, key: "mute_time_intervals" }, names);
  for (const [index, child] of (node.routes ?? []).entries()) {
    const childPath = `${path}.routes[${index}]`;
    if (child !== undefined) checkNode(child, childPath, names);
    else
      scope.ruleProblemAt(node, `Cannot use "${childPath}": a route is wanted, null found`, {
        key: "routes",
      });
  }
}

function checkIntervals(
  node: RouteDocument,
  place: { path: string; key: "active_time_intervals" | "mute_time_intervals" },
  names: Names,
): void {
  const isMute = place.key === "mute_time_intervals";
  const used = (isMute ? node.muteTimeIntervals : node.activeTimeIntervals) ?? [];
  for (const name of used) {
    if (names.intervals.has(name)) continue;
    const message = `Cannot use "${place.path}": undefined time interval "${name}"`;
    names.scope.ruleProblemAt(
      node,
      message,
      hinted(place.key, name, { candidates: names.intervals, scope: names.scope }),
    );
  }
}

/** At a key, with what was probably meant. */
function hinted(
  key: string,
  name: string,
  known: { readonly candidates: ReadonlySet<string>; readonly scope: Scope },
): { key: string; hint?: string } {
  const hint = known.scope.suggest(name, known.candidates);
  return hint === undefined ? { key } : { key, hint };
}
