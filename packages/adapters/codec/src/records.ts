/** The messages of `proto/tocsin/model/v1/records.proto`. */
import type {
  ConfigRecord,
  GroupRecord,
  InstanceId,
  LogRecord,
  MatcherSpec,
  MatcherType,
  ReceiverDataValue,
  SilenceRecord,
} from "@tocsin/domain/model";
import { MAP_NAMES, type MapName, type PartialState } from "@tocsin/engine/peer";
import { alertRecord } from "./alert-record.ts";
import {
  choice,
  choices,
  flag,
  hashes,
  list,
  map,
  name,
  natural,
  nested,
  optionalNested,
  optionalText,
  readText,
  text,
  whole,
} from "./fields.ts";
import { message, type Codec } from "./schema.ts";
import { MalformedError, readWhole, skip, writeWhole } from "./wire.ts";

const MATCHER_TYPES: readonly MatcherType[] = ["=", "!=", "=~", "!~"];

const matcher: Codec<MatcherSpec> = message<MatcherSpec>({
  type: choice(1, MATCHER_TYPES),
  name: text(2),
  value: text(3),
});

const matcherSet = message<{ readonly matchers: readonly MatcherSpec[] }>({
  matchers: list(1, matcher),
});

/** A set of matchers is a list for us and a message on the wire, where lists cannot nest. */
const matcherList: Codec<readonly MatcherSpec[]> = {
  write: (writer, matchers) => matcherSet.write(writer, { matchers }),
  read: (source) => matcherSet.read(source).matchers,
};

export const silenceRecord: Codec<SilenceRecord> = message<SilenceRecord>({
  id: name(1),
  matcherSets: list(2, matcherList),
  startsAtMs: whole(3),
  endsAtMs: whole(4),
  updatedAtMs: whole(5),
  createdBy: text(6),
  comment: text(7),
  annotations: map(8, text(2)),
  expiredOnRequest: flag(9),
  stampUs: natural(10),
  stampBy: name<InstanceId>(11),
  keepUntilMs: whole(12),
});

/** `ReceiverData` of `records.proto`: a `oneof` of plain values, so that even a default is written. */
export const receiverData: Codec<ReceiverDataValue> = {
  write(writer, value) {
    if (value.kind === "text") writer.uint32(10).string(value.text);
    else if (value.kind === "int") writeWhole(writer.uint32(16), value.int);
    else writer.uint32(25).double(value.double);
  },
  read(source) {
    const { reader } = source;
    let value: ReceiverDataValue | undefined;
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === 10) value = { kind: "text", text: readText(source) };
      else if (tag === 16) value = { kind: "int", int: readWhole(reader) };
      else if (tag === 25) value = { kind: "double", double: reader.double() };
      else skip(reader, tag);
    }
    if (value === undefined) throw new MalformedError("receiver data of no known kind");
    return value;
  },
};

export const logRecord: Codec<LogRecord> = message<LogRecord>({
  key: name(1),
  groupKey: text(2),
  receiver: text(3),
  integration: text(4),
  index: natural(5),
  firing: hashes(6),
  resolved: hashes(7),
  timestampMs: whole(8),
  tickMs: whole(9),
  receiverData: map(10, nested(2, receiverData)),
  versionUs: natural(11),
  versionBy: name<InstanceId>(12),
  keepUntilMs: whole(13),
});

export const groupRecord: Codec<GroupRecord> = message<GroupRecord>({
  id: name(1),
  bornMs: whole(2),
  urgent: flag(3),
  tickMs: whole(4),
  afterMs: whole(5),
});

export const configRecord: Codec<ConfigRecord> = message<ConfigRecord>({
  version: natural(1),
  text: optionalText(2),
  templates: map(3, text(2)),
  updatedAtMs: whole(4),
});

/** `PartialState` as it stands in the message; keys that are absent with us are empty lists there. */
interface StateMessage extends Required<Omit<PartialState, "config">> {
  readonly config: ConfigRecord | undefined;
  readonly empty: readonly MapName[];
}

const stateMessage = message<StateMessage>({
  alerts: list(1, alertRecord),
  silences: list(2, silenceRecord),
  log: list(3, logRecord),
  groups: list(4, groupRecord),
  config: optionalNested(5, configRecord),
  empty: choices(6, MAP_NAMES),
});

/** `PartialState` of `records.proto`. A map that is there but holds nothing stays there. */
export const partialState: Codec<PartialState> = {
  write(writer, state) {
    const { alerts = [], silences = [], log = [], groups = [], config } = state;
    const empty = MAP_NAMES.filter((map) => map in state && isEmpty(state[map]));
    stateMessage.write(writer, { alerts, silences, log, groups, config, empty });
  },
  read(source) {
    const read = stateMessage.read(source);
    const spoken = MAP_NAMES.filter((map) => read.empty.includes(map) || !isEmpty(read[map]));
    return Object.fromEntries(spoken.map((map) => [map, read[map]]));
  },
};

function isEmpty(records: PartialState[MapName]): boolean {
  return records === undefined || (Array.isArray(records) && records.length === 0);
}
