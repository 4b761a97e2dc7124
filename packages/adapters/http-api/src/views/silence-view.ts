import type { Matcher } from "@tocsin/domain/matcher";
import {
  labelSetFromRecord,
  type LabelSet,
  type MatcherSpec,
  type SilenceRecord,
} from "@tocsin/domain/model";
import { shownSilenceState, type SilenceState } from "@tocsin/domain/silence";
import { sortPaced, type Pace } from "../pace.ts";
import { jsonText } from "./json-text.ts";
import { TimePrinter } from "./time-text.ts";

const STATE_ORDER: Readonly<Record<SilenceState, number>> = { active: 1, pending: 2, expired: 3 };

/** Which silences are listed, and the work of telling. */
export interface SilenceSelection {
  readonly passes: (silence: SilenceRecord, state: SilenceState) => boolean;
  readonly workOf: (silence: SilenceRecord) => number;
}

export const ALL_SILENCES: SilenceSelection = { passes: () => true, workOf: () => 0 };

/**
 * In upstream's order: active ones by their end, pending ones by their start, expired ones by their end
 * with the latest first. Those that are shrunk to tombstones are not shown, nor those that do not pass.
 */
export async function listSilences(
  silences: readonly SilenceRecord[],
  { passes, workOf }: SilenceSelection,
  { nowMs, pace }: { readonly nowMs: number; readonly pace: Pace },
): Promise<readonly SilenceRecord[]> {
  const listed: { silence: SilenceRecord; state: SilenceState; key: number }[] = [];
  for (const silence of silences) {
    const turn = pace.item(workOf(silence));
    if (turn !== undefined) await turn;
    const state = shownSilenceState(silence, nowMs);
    if (silence.matcherSets.length === 0 || !passes(silence, state)) continue;
    const { startsAtMs, endsAtMs } = silence;
    const key = { pending: startsAtMs, active: endsAtMs, expired: -endsAtMs }[state];
    listed.push({ silence, state, key });
  }
  const sorted = await sortPaced(
    listed,
    (a, b) => STATE_ORDER[a.state] - STATE_ORDER[b.state] || a.key - b.key,
    pace,
  );
  return sorted.map(({ silence }) => silence);
}

/** True if one set of the silence's matchers has every matcher of the filter, letter for letter. */
export function hasMatchers(silence: SilenceRecord, filter: readonly Matcher[]): boolean {
  return silence.matcherSets.some((set) =>
    filter.every((wanted) => set.some((matcher) => isEqualMatcher(matcher, wanted))),
  );
}

/** What API v1 filters a silence by: the values of its matchers, as if they were labels. */
export function labelsOfSilence({ matcherSets }: SilenceRecord): LabelSet {
  const matchers = matcherSets[0] ?? [];
  return labelSetFromRecord(Object.fromEntries(matchers.map(({ name, value }) => [name, value])));
}

function isEqualMatcher(left: MatcherSpec, right: MatcherSpec): boolean {
  return left.name === right.name && left.type === right.type && left.value === right.value;
}

/** Prints silences of one answer. */
export class SilencePrinter {
  readonly #times = new TimePrinter();
  readonly #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  /** API v2's `gettableSilence`. */
  v2(silence: SilenceRecord): string {
    const annotations = Object.entries(silence.annotations);
    const shown = annotations.map(([name, value]) => `${jsonText(name)}:${jsonText(value)}`);
    return (
      `{"id":${jsonText(silence.id)},"status":{"state":"${shownSilenceState(silence, this.#nowMs)}"}` +
      `,"updatedAt":"${this.#times.millis(silence.updatedAtMs)}"` +
      `${shown.length === 0 ? "" : `,"annotations":{${shown.join(",")}}`}` +
      `,"comment":${jsonText(silence.comment)},"createdBy":${jsonText(silence.createdBy)}` +
      `,"endsAt":"${this.#times.millis(silence.endsAtMs)}","matchers":${matcherList(silence)}` +
      `,"startsAt":"${this.#times.millis(silence.startsAtMs)}"}`
    );
  }

  /** API v1's silence. */
  v1(silence: SilenceRecord): string {
    const { comment } = silence;
    return (
      `{"id":${jsonText(silence.id)},"matchers":${matcherList(silence)}` +
      `,"startsAt":"${this.#times.trimmed(silence.startsAtMs)}"` +
      `,"endsAt":"${this.#times.trimmed(silence.endsAtMs)}"` +
      `,"updatedAt":"${this.#times.trimmed(silence.updatedAtMs)}"` +
      `,"createdBy":${jsonText(silence.createdBy)}` +
      `${comment === "" ? "" : `,"comment":${jsonText(comment)}`}` +
      `,"status":{"state":"${shownSilenceState(silence, this.#nowMs)}"}}`
    );
  }
}

/** The API knows one set of matchers; of several it shows the first, as upstream does. */
function matcherList({ matcherSets }: SilenceRecord): string {
  const items = (matcherSets[0] ?? []).map(({ name, type, value }) => {
    const isEqual = type === "=" || type === "=~";
    const isRegex = type === "=~" || type === "!~";
    return `{"isEqual":${isEqual},"isRegex":${isRegex},"name":${jsonText(name)},"value":${jsonText(value)}}`;
  });
  return `[${items.join(",")}]`;
}
