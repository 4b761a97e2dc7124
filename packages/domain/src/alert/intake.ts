import { isValidLabelName, type MatcherMode } from "../matcher/index.ts";
import type { Instant, LabelSet } from "../model/index.ts";
import { compareInstants, endOf, isSet, startOf, timesFrom, type AlertTimes } from "./times.ts";

/** An alert as a client sent it. */
export interface PostedAlert {
  readonly labels: LabelSet;
  /** JSON text of the annotations object, keys sorted. */
  readonly annotations: string;
  readonly generatorUrl: string;
  /** Absent, or Go's zero time: not set. */
  readonly startsAt?: Instant;
  readonly endsAt?: Instant;
}

/** A posted alert with upstream's defaults filled in: what is validated and then applied. */
export interface CompletedAlert extends AlertTimes {
  readonly labels: LabelSet;
  readonly annotations: string;
  readonly generatorUrl: string;
  readonly updatedAtMs: number;
  /** The end is ours (`resolve_timeout`), not the sender's. */
  readonly timeout: boolean;
}

export interface CompleteOptions {
  /** One instant for the whole batch. */
  readonly nowMs: number;
  readonly resolveTimeoutMs: number;
}

export type AlertValidation =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: string };

/**
 * Fills in the defaults of a POST (S-2) and drops labels with an empty value (S-4). Mirrors
 * postAlertsHandler of Alertmanager 0.34 `api/v2/api.go`.
 */
export function completeAlert(posted: PostedAlert, options: CompleteOptions): CompletedAlert {
  const now: Instant = { ms: options.nowMs, subNs: 0, offsetMin: 0 };
  const timeout = !isSet(posted.endsAt);
  const timeoutEnd: Instant = { ...now, ms: options.nowMs + options.resolveTimeoutMs };
  const endsAt = isSet(posted.endsAt) ? posted.endsAt : timeoutEnd;
  const startDefault = timeout ? now : endsAt;
  const startsAt = isSet(posted.startsAt) ? posted.startsAt : startDefault;
  return {
    labels: dropEmptyLabels(posted.labels),
    annotations: posted.annotations,
    generatorUrl: posted.generatorUrl,
    ...timesFrom(startsAt, endsAt),
    updatedAtMs: options.nowMs,
    timeout,
  };
}

/** The labels without those whose value is empty; the same object if there are none. */
export function dropEmptyLabels(labels: LabelSet): LabelSet {
  if (!labels.values.includes("")) return labels;
  const names = labels.names.filter((_, at) => labels.values[at] !== "");
  return { names, values: labels.values.filter((value) => value !== "") };
}

/** Checks what upstream checks (S-4), after `completeAlert`. An alert name is not wanted. */
export function validateAlert(
  alert: Pick<CompletedAlert, "labels" | "annotations" | keyof AlertTimes>,
  mode: MatcherMode,
): AlertValidation {
  if (!isSet(startOf(alert))) return refuse("the start time is missing");
  if (isSet(endOf(alert)) && compareInstants(endOf(alert), startOf(alert)) < 0) {
    return refuse("its end is before its start; wanted a start before or at the end");
  }
  const { names, values } = alert.labels;
  if (names.length === 0) return refuse("it has no label with a value; wanted at least one");
  for (let at = 0; at < names.length; at += 1) {
    const problem = findProblem(names[at] ?? "", values[at] ?? "", mode);
    if (problem !== undefined) return refuse(`label ${problem}`);
  }
  const problem = findAnnotationProblem(alert.annotations, mode);
  return problem === undefined ? { ok: true } : refuse(`annotation ${problem}`);
}

function findAnnotationProblem(annotations: string, mode: MatcherMode): string | undefined {
  if (annotations === "{}") return undefined;
  // In JSON text an empty key shows as `"":` and half a character as `\ud…`. Without either there is
  // nothing that UTF-8 modes refuse, and most texts need not be parsed.
  const isSuspect = annotations.includes('"":') || /\\ud/i.test(annotations);
  if (mode !== "classic" && !isSuspect && annotations.isWellFormed()) return undefined;
  // The text was made by `JSON.stringify` from texts by name.
  const byName = JSON.parse(annotations) as Record<string, string>;
  for (const [name, value] of Object.entries(byName)) {
    const problem = findProblem(name, value, mode);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function findProblem(name: string, value: string, mode: MatcherMode): string | undefined {
  if (!isValidLabelName(name, mode)) {
    const wanted = mode === "classic" ? "ASCII letters, digits and _" : "valid UTF-8, not empty";
    return `name ${JSON.stringify(name)} is not allowed; wanted ${wanted}`;
  }
  if (value.isWellFormed()) return undefined;
  return `value of ${JSON.stringify(name)} is not valid UTF-8`;
}

function refuse(reason: string): AlertValidation {
  return { ok: false, error: `Cannot take alert: ${reason}` };
}
