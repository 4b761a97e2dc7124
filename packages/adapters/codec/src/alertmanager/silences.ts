/** A line of Alertmanager's file `silences`: `SilenceEntry` of `proto/alertmanager/data/v1/data.proto`. */
import type { InstanceId, MatcherSpec, MatcherType, SilenceRecord } from "@tocsin/domain/model";
import { list, map, name, nested, text } from "../fields.ts";
import { message, type Codec } from "../schema.ts";
import { instant, word } from "./fields.ts";

const MATCHER_TYPES: readonly MatcherType[] = ["=", "=~", "!=", "!~"];

const matcher: Codec<MatcherSpec> = message<MatcherSpec>({
  type: word(1, MATCHER_TYPES),
  name: text(2),
  value: text(3),
});

interface MatcherSet {
  readonly matchers: readonly MatcherSpec[];
}

interface Remark {
  readonly author: string;
  readonly comment: string;
}

interface Silence {
  readonly id: string;
  readonly matchers: readonly MatcherSpec[];
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

/** Stamps are read off `updatedAt`; that an end was asked for, off an end that had come by then. */
export const silenceEntry: Codec<SilenceRecord> = {
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
    return {
      id,
      matcherSets: setsOf(read),
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
  },
};

function setsOf({ matchers, matcherSets }: Silence): SilenceRecord["matcherSets"] {
  if (matcherSets.length > 0) return matcherSets.map((set) => set.matchers);
  return matchers.length === 0 ? [] : [matchers];
}
