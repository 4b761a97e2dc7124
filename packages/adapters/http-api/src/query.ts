/** What the parameters of a list ask for. */
import { matcherRefusal } from "@tocsin/domain/config";
import {
  matchesAll,
  parseMatcher,
  parseMatchers,
  type Matcher,
  type MatcherMode,
  type MatcherWarning,
  type ValueTest,
} from "@tocsin/domain/matcher";
import { labelSetFromRecord } from "@tocsin/domain/model";
import { AppError } from "@tocsin/foundation";
import { selectPaced, type Pace, type Selection } from "./pace.ts";
import type { Query } from "./query-text.ts";
import { matchWorkOf, RegexBudget } from "./regex-budget.ts";
import type { AlertView } from "@tocsin/engine/tenant";
import { upstreamWords } from "./upstream-words.ts";

/** Words that go-openapi takes for true; everything else is false. */
const TRUE_WORDS: ReadonlySet<string> = new Set(
  "true 1 yes ok y on selected checked t enabled".split(" "),
);

/** A boolean of API v2: of several the last counts, an empty one is not given. */
export function booleanParam(query: Query, name: string): boolean {
  const last = query.getAll(name).at(-1) ?? "";
  return last === "" || TRUE_WORDS.has(last.toLowerCase());
}

/** A boolean of API v1, which takes two words only. The first counts. */
export function strictBooleanParam(query: Query, name: string): boolean {
  const value = query.get(name) ?? "";
  if (value === "" || value === "true") return true;
  if (value === "false") return false;
  const message = `parameter "${name}" can either be 'true' or 'false', not ${JSON.stringify(value)}`;
  throw new AppError("invalid-argument", message);
}

/** How matchers are read, and who is told of one that the parsers read differently. */
export interface MatcherReading {
  readonly mode: MatcherMode;
  readonly onWarning: (text: string, warning: MatcherWarning) => void;
}

/** All matchers of a parameter that is given once for each. Refused in upstream's words. */
export function matcherParams(
  query: Query,
  options: MatcherReading & { readonly name: string; readonly prefix?: string },
): readonly Matcher[] {
  const texts = query.getAll(options.name);
  const budget = new RegexBudget(`"${options.name}"`);
  return texts.map((text) => {
    const parsed = parseMatcher(text, options.mode, budget);
    if (parsed.ok) {
      if (parsed.warning !== undefined) options.onWarning(text, parsed.warning);
      return parsed.matcher;
    }
    const refusal = matcherRefusal(text, parsed.error, options.mode);
    throw new AppError("invalid-argument", `${options.prefix ?? ""}${refusal}`);
  });
}

/** API v1's filter: one parameter with a list in the old syntax, further ones are not looked at. */
export function matcherListParam(query: Query): readonly Matcher[] {
  const text = query.get("filter") ?? "";
  if (text === "") return [];
  const parsed = parseMatchers(text, "classic", new RegexBudget('"filter"'));
  if (parsed.ok) return parsed.matchers;
  // Of a list the refusal names the one that is wrong.
  const quoted = /^Cannot parse matcher (".*"): (?:it|the value) /s.exec(parsed.error)?.[1];
  const refused = quoted === undefined ? text.replace(/^\{/, "") : String(JSON.parse(quoted));
  throw new AppError("invalid-argument", matcherRefusal(refused, parsed.error, "classic"));
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** The anchored regex of `receiver`; undefined when there is none. */
function receiverTest(
  text: string | null | undefined,
  refuse: (regex: string, reason: string) => string,
): ValueTest | undefined {
  if (text === null || text === undefined || text === "") return undefined;
  const bad = text.search(LONE_SURROGATE);
  // Go's words, from the first byte that is no UTF-8 on.
  if (bad >= 0)
    throw new AppError(
      "invalid-argument",
      refuse(text, `error parsing regexp: invalid UTF-8: \`${text.slice(bad)})$\``),
    );
  const regex = new RegexBudget('"receiver"').compile(text);
  if (regex.ok) return regex.test;
  throw new AppError("invalid-argument", refuse(text, upstreamWords(regex.error)));
}

/** Which alerts a list shows. */
export interface AlertFilter {
  readonly matchers: readonly Matcher[];
  readonly receiver: ValueTest | undefined;
  readonly receiverMatchers: readonly Matcher[];
  readonly active: boolean;
  readonly silenced: boolean;
  readonly inhibited: boolean;
  /** Of alerts whose groups were never flushed; undefined: there is no such state, as in API v2. */
  readonly unprocessed?: boolean;
}

/** The parameters that API v2's alerts and groups share. */
export function alertFilterParams(query: Query, reading: MatcherReading): AlertFilter {
  return {
    matchers: matcherParams(query, { name: "filter", ...reading }),
    receiver: receiverTest(
      query.getAll("receiver").at(-1),
      (_, reason) => `failed to parse receiver param: ${reason}`,
    ),
    receiverMatchers: matcherParams(query, {
      name: "receiver_matchers",
      ...reading,
      prefix: "failed to parse receiver_matchers param: ",
    }),
    active: booleanParam(query, "active"),
    silenced: booleanParam(query, "silenced"),
    inhibited: booleanParam(query, "inhibited"),
  };
}

/** The parameters of API v1's alerts. */
export function strictAlertFilterParams(query: Query): AlertFilter {
  const matchers = matcherListParam(query);
  const booleans = {
    active: strictBooleanParam(query, "active"),
    silenced: strictBooleanParam(query, "silenced"),
    inhibited: strictBooleanParam(query, "inhibited"),
    unprocessed: strictBooleanParam(query, "unprocessed"),
  };
  return {
    ...booleans,
    matchers,
    receiver: receiverTest(
      query.get("receiver"),
      (regex) => `failed to parse receiver param: ${regex}`,
    ),
    receiverMatchers: [],
  };
}

function wantsState(filter: AlertFilter, view: AlertView): boolean {
  if (filter.unprocessed !== undefined && !view.isProcessed) return filter.unprocessed;
  const isSilenced = view.silencedBy.length > 0;
  const isInhibited = view.inhibitedBy.length > 0;
  if (!filter.active && !isSilenced && !isInhibited) return false;
  if (!filter.silenced && isSilenced) return false;
  return filter.inhibited || !isInhibited;
}

/** True if labels and state of the alert are asked for; receivers are looked at elsewhere. */
function wantsAlert(filter: AlertFilter, view: AlertView): boolean {
  if (!wantsState(filter, view)) return false;
  return filter.matchers.length === 0 || matchesAll(filter.matchers, view.record);
}

/** What `selectPaced` needs to choose alerts; `isReceived` asks for their receivers. */
export function alertSelection(
  filter: AlertFilter,
  isReceived: (view: AlertView) => boolean = () => true,
): Selection<AlertView> {
  const workOf = matchWorkOf(filter.matchers);
  return {
    passes: (view) => wantsAlert(filter, view) && isReceived(view),
    workOf: ({ record, matchWork }) => matchWork + workOf(record),
  };
}

/** A receiver as far as filters look at it. */
interface Labelled {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The receivers whose labels all matchers match. */
export function selectReceivers<T extends Labelled>(
  receivers: readonly T[],
  matchers: readonly Matcher[],
  pace: Pace,
): Promise<readonly T[]> {
  const workOf = matchWorkOf(matchers);
  const selection: Selection<T> = {
    passes: ({ labels }) => matchesAll(matchers, labelSetFromRecord(labels)),
    workOf: ({ labels }) => workOf(labelSetFromRecord(labels)),
  };
  return selectPaced(receivers, selection, pace);
}

/** The filter of a list's receivers. */
export async function receiverFilter(
  filter: AlertFilter,
  receivers: readonly Labelled[],
  pace: Pace,
): Promise<ReceiverFilter> {
  const { receiver, receiverMatchers } = filter;
  if (receiverMatchers.length === 0) return new ReceiverFilter(receiver, undefined);
  const selected = await selectReceivers(receivers, receiverMatchers, pace);
  return new ReceiverFilter(receiver, new Set(selected.map(({ name }) => name)));
}

/** Tells of receivers whether they are asked for. Alerts of one route share their list, asked once. */
class ReceiverFilter {
  readonly #hasName: ValueTest | undefined;
  /** Those with the wanted labels; undefined: all. */
  readonly #labelled: ReadonlySet<string> | undefined;
  readonly #known: Map<readonly string[], boolean> = new Map();

  constructor(hasName: ValueTest | undefined, labelled: ReadonlySet<string> | undefined) {
    this.#hasName = hasName;
    this.#labelled = labelled;
  }

  /** True if one of the receivers has the wanted name and one, maybe another, the wanted labels. */
  wantsAny(receivers: readonly string[]): boolean {
    if (this.#hasName === undefined && this.#labelled === undefined) return true;
    const known = this.#known.get(receivers);
    if (known !== undefined) return known;
    const byName = this.#hasName === undefined || receivers.some(this.#hasName);
    const wanted = byName && receivers.some((name) => this.#hasLabels(name));
    this.#known.set(receivers, wanted);
    return wanted;
  }

  wants(receiver: string): boolean {
    return (this.#hasName?.(receiver) ?? true) && this.#hasLabels(receiver);
  }

  #hasLabels(receiver: string): boolean {
    return this.#labelled?.has(receiver) ?? true;
  }
}
