/** An alert on its way from the coordinator to the owners, by hand like `alert-record.ts`: it is as hot. */
import type { SentTimes } from "@tocsin/domain/model";
import type { WriteAlertsRequest } from "@tocsin/engine/peer";
import { checkedNames, sentTimes, writeLabels, writeNumber, writeText } from "./alert-record.ts";
import { readText } from "./fields.ts";
import { readNested, writeNested, type Codec } from "./schema.ts";
import { readWhole, skip } from "./wire.ts";

type CompletedAlert = WriteAlertsRequest["batches"][number]["alerts"][number];

const SENT = { tag: 58, codec: sentTimes };

/** `CompletedAlert` of `peer.proto`. */
export const completedAlert: Codec<CompletedAlert> = {
  write(writer, alert) {
    writeLabels(writer, alert.labels);
    writeText(writer, 26, alert.annotations);
    writeText(writer, 34, alert.generatorUrl);
    writeNumber(writer, 40, alert.startsAtMs);
    writeNumber(writer, 48, alert.endsAtMs);
    if (alert.sent !== undefined) writeNested(writer, SENT, alert.sent);
    writeNumber(writer, 64, alert.updatedAtMs);
    if (alert.timeout) writer.uint32(72).bool(true);
  },

  read(source) {
    const { reader } = source;
    const names: string[] = [];
    const values: string[] = [];
    let annotations = "";
    let generatorUrl = "";
    let startsAtMs = 0;
    let endsAtMs = 0;
    let sent: SentTimes | undefined;
    let updatedAtMs = 0;
    let timeout = false;
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === 10) names.push(readText(source));
      else if (tag === 18) values.push(readText(source));
      else if (tag === 26) annotations = readText(source);
      else if (tag === 34) generatorUrl = readText(source);
      else if (tag === 40) startsAtMs = readWhole(reader);
      else if (tag === 48) endsAtMs = readWhole(reader);
      else if (tag === 58) sent = readNested(source, sentTimes);
      else if (tag === 64) updatedAtMs = readWhole(reader);
      else if (tag === 72) timeout = reader.bool();
      else skip(reader, tag);
    }
    const labels = { names: checkedNames(source, names, values.length), values };
    const times = { startsAtMs, endsAtMs, sent, updatedAtMs };
    return { labels, annotations, generatorUrl, ...times, timeout };
  },
};
