/** An alert on its way from the coordinator to the owners, by hand like `alert-record.ts`: it is as hot. */
import type { Instant } from "@tocsin/domain/model";
import type { WriteAlertsRequest } from "@tocsin/engine/peer";
import { checkedNames, writeLabels, writeText } from "./alert-record.ts";
import { readText, whole } from "./fields.ts";
import { message, readNested, writeNested, type Codec } from "./schema.ts";
import { skip } from "./wire.ts";

type PostedAlert = WriteAlertsRequest["batches"][number]["alerts"][number];

const instant = message<Instant>({ ms: whole(1), subNs: whole(2), offsetMin: whole(3) });

const STARTS_AT = { tag: 42, codec: instant };
const ENDS_AT = { tag: 50, codec: instant };

/** `PostedAlert` of `peer.proto`. */
export const postedAlert: Codec<PostedAlert> = {
  write(writer, alert) {
    writeLabels(writer, alert.labels);
    writeText(writer, 26, alert.annotations);
    writeText(writer, 34, alert.generatorUrl);
    if (alert.startsAt !== undefined) writeNested(writer, STARTS_AT, alert.startsAt);
    if (alert.endsAt !== undefined) writeNested(writer, ENDS_AT, alert.endsAt);
  },

  read(source) {
    const { reader } = source;
    const names: string[] = [];
    const values: string[] = [];
    let annotations = "";
    let generatorUrl = "";
    let startsAt: Instant | undefined;
    let endsAt: Instant | undefined;
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === 10) names.push(readText(source));
      else if (tag === 18) values.push(readText(source));
      else if (tag === 26) annotations = readText(source);
      else if (tag === 34) generatorUrl = readText(source);
      else if (tag === 42) startsAt = readNested(source, instant);
      else if (tag === 50) endsAt = readNested(source, instant);
      else skip(reader, tag);
    }
    const labels = { names: checkedNames(source, names, values.length), values };
    return {
      labels,
      annotations,
      generatorUrl,
      ...(startsAt === undefined ? undefined : { startsAt }),
      ...(endsAt === undefined ? undefined : { endsAt }),
    };
  },
};
