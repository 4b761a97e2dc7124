import { compareText, hasLabel, labelValue, type LabelSet } from "../model/index.ts";

/** Orders the alerts of a notification: by `job`, by `instance`, those without last, then by labels. */
export function compareAlerts(left: LabelSet, right: LabelSet): number {
  return (
    compareByLabel("job", left, right) ||
    compareByLabel("instance", left, right) ||
    compareLabelSets(left, right)
  );
}

/**
 * Orders label sets as upstream does: fewer labels first; then by the smallest name in which they differ,
 * where the set that lacks the name comes first, else by value.
 */
export function compareLabelSets(left: LabelSet, right: LabelSet): number {
  if (left.names.length !== right.names.length) return left.names.length - right.names.length;
  for (let at = 0; at < left.names.length; at += 1) {
    // Both have as many names, sorted, and the ones before this were equal.
    const byName = compareText(left.names[at] as string, right.names[at] as string);
    if (byName !== 0) return -byName;
    const byValue = compareText(left.values[at] as string, right.values[at] as string);
    if (byValue !== 0) return byValue;
  }
  return 0;
}

function compareByLabel(name: string, left: LabelSet, right: LabelSet): number {
  const leftHas = hasLabel(left, name);
  const rightHas = hasLabel(right, name);
  if (leftHas !== rightHas) return leftHas ? -1 : 1;
  return leftHas ? compareText(labelValue(left, name), labelValue(right, name)) : 0;
}
