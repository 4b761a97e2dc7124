import { createHash } from "node:crypto";
import type { GroupKey, LabelSet, LogKey } from "../model/index.ts";
import { quoteGo } from "../text/index.ts";
import type { Route } from "./route.ts";

/** The labels that an alert's group has on a route: those of `group_by` that the alert has (S-23). */
export function groupLabels(route: Route, labels: LabelSet): LabelSet {
  if (route.groupByAll) return { names: labels.names, values: labels.values };
  const names: string[] = [];
  const values: string[] = [];
  for (const name of route.groupBy) {
    const at = labels.names.indexOf(name);
    if (at < 0) continue;
    names.push(name);
    // Values stand at the place of their name.
    values.push(labels.values[at] as string);
  }
  // Copied: a list that has grown keeps room for seventeen, and these are kept with the group.
  return { names: names.slice(), values: values.slice() };
}

/** Prints labels as upstream does: `{a="b", c="d"}`, values in Go quotes, names as they are. */
export function formatLabelSet(labels: LabelSet): string {
  const { names, values } = labels;
  let text = "{";
  for (let at = 0; at < names.length; at += 1) {
    text += `${at > 0 ? ", " : ""}${names[at]}=${quoteGo(values[at] ?? "")}`;
  }
  return `${text}}`;
}

/** The name of a group that templates, webhooks and the notification log know (S-24). */
export function groupKey(route: Route, labels: LabelSet): GroupKey {
  return `${route.key}:${formatLabelSet(labels)}` as GroupKey;
}

/** SHA-256 of the group key in hex: the deduplication key for receivers (S-26). */
export function groupKeyHash(key: GroupKey): string {
  return createHash("sha256").update(key.toWellFormed()).digest("hex");
}

/**
 * The key of one integration's entry in the notification log, as upstream's but where names are crafted so
 * that two of its keys collide. A group key ends with `}`, so only a receiver with `}:` in its name could be
 * taken for the end of a group key and another receiver; such a name is escaped, and so is one that looks
 * escaped.
 */
export function logKey(parts: {
  readonly groupKey: GroupKey;
  readonly receiver: string;
  readonly integration: string;
  readonly index: number;
}): LogKey {
  const name = parts.receiver.toWellFormed();
  const receiver = /\}:|%/.test(name) ? encodeURIComponent(name) : name;
  return `${parts.groupKey}:${receiver}/${parts.integration}/${parts.index}` as LogKey;
}
