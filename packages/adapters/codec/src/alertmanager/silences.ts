/** A line of Alertmanager's file `silences`: `SilenceEntry` of `proto/alertmanager/data/v1/data.proto`. */
import type { InstanceId, MatcherSpec, MatcherType, SilenceRecord } from "@tocsin/domain/model";
import { list, map, name, nested, text } from "../fields.ts";
import { message, type Codec } from "../schema.ts";
import type { Source, Writer } from "../wire.ts";
import { instant, word } from "./fields.ts";

const MATCHER_TYPES: readonly MatcherType[] = ["=", "=~", "!=", "!~"];

/** A matcher of a type that this version does not know has none. */
interface FileMatcher extends Omit<MatcherSpec, "type"> {
  readonly type: MatcherType | undefined;
}

const matcher: Codec<FileMatcher> = message<FileMatcher>({
  type: word(1, MATCHER_TYPES),
  name: text(2),
  value: text(3),
});

interface MatcherSet {
  readonly matchers: readonly FileMatcher[];
}

interface Remark {
  readonly author: string;
  readonly comment: string;
}

interface Silence {
  readonly id: string;
  readonly matchers: readonly FileMatcher[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly updatedAtMs: number;
  readonly remarks: readonly Remark[];
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly matcherSets: readonly MatcherSet[];
}

const silence = message<Silence>({
  id: name(1),
  matchers: list(2, matcher),
  startsAtMs: instant(3),
  endsAtMs: instant(4),
  updatedAtMs: instant(5),
  remarks: list(7, message<Remark>({ author: text(1), comment: text(2) })),
  createdBy: text(8),
  comment: text(9),
  annotations: map(10, text(2)),
  matcherSets: list(11, message<MatcherSet>({ matchers: list(1, matcher) })),
});

interface Entry {
  readonly silence: Silence;
  readonly keepUntilMs: number;
}

const entry = message<Entry>({ silence: nested(1, silence), keepUntilMs: instant(2) });

/** Whose change it was is not in the file. */
const WRITER = "alertmanager" as InstanceId;

/** One that is there, and says nothing that could be matched. */
export interface BrokenSilence {
  readonly id: string;
  readonly problem: string;
}

/** What an entry of the file is read as. */
export type SilenceReading =
  | { readonly kind: "silence"; readonly silence: SilenceRecord }
  | { readonly kind: "broken"; readonly broken: BrokenSilence };

interface SilenceEntry {
  write(writer: Writer, record: SilenceRecord): void;
  read(source: Source): SilenceReading;
}

/** Stamps are read off `updatedAt`; that an end was asked for, off an end that had come by then. */
export const silenceEntry: SilenceEntry = {
  write(writer, record) {
    const { keepUntilMs, matcherSets } = record;
    const sets = matcherSets.map((matchers) => ({ matchers }));
    const matchers = matcherSets[0] ?? [];
    entry.write(writer, {
      silence: { ...record, matchers, matcherSets: sets, remarks: [] },
      keepUntilMs,
    });
  },
  read(source) {
    const { silence: read, keepUntilMs } = entry.read(source);
    const { id, startsAtMs, endsAtMs, updatedAtMs, annotations } = read;
    const old = read.remarks[0];
    const matcherSets = setsOf(read);
    if (matcherSets === undefined) {
      return { kind: "broken", broken: { id, problem: "a matcher has no known type" } };
    }
    const silence: SilenceRecord = {
      id,
      matcherSets,
      startsAtMs,
      endsAtMs,
      updatedAtMs,
      createdBy: old?.author ?? read.createdBy,
      comment: old?.comment ?? read.comment,
      annotations,
      expiredOnRequest: endsAtMs <= updatedAtMs,
      stampUs: Math.max(0, updatedAtMs * 1_000),
      stampBy: WRITER,
      keepUntilMs,
    };
    return { kind: "silence", silence };
  },
};

/** Undefined: one of the matchers has no known type. */
function setsOf({ matchers, matcherSets }: Silence): SilenceRecord["matcherSets"] | undefined {
  const repeated = matchers.length === 0 ? [] : [matchers];
  const sets = matcherSets.length === 0 ? repeated : matcherSets.map((set) => set.matchers);
  return sets.every(isKnown) ? sets : undefined;
}

function isKnown(set: readonly FileMatcher[]): set is readonly MatcherSpec[] {
  return set.every(({ type }) => type !== undefined);
}
