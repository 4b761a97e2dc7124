/** A line of Alertmanager's file `nflog`: `LogEntry` of `proto/alertmanager/data/v1/data.proto`. */
import type { GroupKey, InstanceId, LogRecord, ReceiverDataValue } from "@tocsin/domain/model";
import { logKey } from "@tocsin/domain/route";
import { map, natural, nested, text } from "../fields.ts";
import { receiverData } from "../records.ts";
import { message, type Codec } from "../schema.ts";
import { instant, packedHashes, singleHashes } from "./fields.ts";

interface Receiver {
  readonly name: string;
  readonly integration: string;
  readonly index: number;
}

interface Told {
  readonly groupKey: GroupKey;
  readonly receiver: Receiver;
  readonly timestampMs: number;
  readonly firing: readonly string[];
  readonly moreFiring: readonly string[];
  readonly resolved: readonly string[];
  readonly moreResolved: readonly string[];
  readonly receiverData: Readonly<Record<string, ReceiverDataValue>>;
}

const told = message<Told>({
  groupKey: text<GroupKey>(1),
  receiver: nested(
    2,
    message<Receiver>({ name: text(1), integration: text(2), index: natural(3) }),
  ),
  timestampMs: instant(5),
  firing: packedHashes(6),
  moreFiring: singleHashes(6),
  resolved: packedHashes(7),
  moreResolved: singleHashes(7),
  receiverData: map(8, nested(2, receiverData)),
});

interface Entry {
  readonly told: Told;
  readonly keepUntilMs: number;
}

const entry = message<Entry>({ told: nested(1, told), keepUntilMs: instant(2) });

const WRITER = "alertmanager" as InstanceId;

/** Neither tick nor version are in the file: both are read off the time of the message. */
export const logEntry: Codec<LogRecord> = {
  write(writer, record) {
    const { receiver, integration, index, keepUntilMs } = record;
    const parts = { receiver: { name: receiver, integration, index } };
    entry.write(writer, {
      told: { ...record, ...parts, moreFiring: [], moreResolved: [] },
      keepUntilMs,
    });
  },
  read(source) {
    const { told: read, keepUntilMs } = entry.read(source);
    const { groupKey, timestampMs } = read;
    const { name: receiver, integration, index } = read.receiver;
    return {
      key: logKey({ groupKey, receiver, integration, index }),
      groupKey,
      receiver,
      integration,
      index,
      firing: sorted(read.firing, read.moreFiring),
      resolved: sorted(read.resolved, read.moreResolved),
      timestampMs,
      tickMs: timestampMs,
      receiverData: read.receiverData,
      versionUs: Math.max(0, timestampMs * 1_000),
      versionBy: WRITER,
      keepUntilMs,
    };
  },
};

function sorted(some: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...some, ...more])].toSorted();
}
