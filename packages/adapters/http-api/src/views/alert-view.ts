import { endOf, startOf } from "@tocsin/domain/alert";
import type { AlertView, GroupView } from "@tocsin/engine/tenant";
import { jsonList, jsonMap, jsonText, jsonTexts, LabelPrinter } from "./json-text.ts";
import { TimePrinter } from "./time-text.ts";

/** A group with those of its alerts that are asked for, in the order of messages. */
export interface ShownGroup {
  readonly group: GroupView;
  readonly alerts: readonly AlertView[];
}

/** Prints alerts and groups of one answer. Annotations are JSON text in the record and go out as they are. */
export class AlertPrinter {
  readonly #labels = new LabelPrinter();
  readonly #times = new TimePrinter();
  /** Alerts of one route share the list of its receivers. */
  readonly #receivers: Map<readonly string[], string> = new Map();
  readonly #shownReceivers: (receivers: readonly string[]) => readonly string[];

  /** `shownReceivers`: which receivers of an alert are named, in which order; all of them unless given. */
  constructor(shownReceivers: (receivers: readonly string[]) => readonly string[] = (all) => all) {
    this.#shownReceivers = shownReceivers;
  }

  /** API v2's `gettableAlert`. */
  v2(view: AlertView): string {
    const { record } = view;
    const { sent } = record;
    const start = this.#times.millis(record.startsAtMs, sent?.startOffsetMin);
    const end = this.#times.millis(record.endsAtMs, sent?.endOffsetMin);
    const url = record.generatorUrl;
    return (
      `{"annotations":${record.annotations},"endsAt":"${end}","fingerprint":"${view.fingerprint}"` +
      `,"receivers":${this.#receiverList(view.receivers)},"startsAt":"${start}"` +
      `,"status":{"inhibitedBy":${jsonTexts(view.inhibitedBy)},"mutedBy":${jsonTexts(view.mutedBy)}` +
      `,"silencedBy":${jsonTexts(view.silencedBy)},"state":"${stateOf(view)}"}` +
      `,"updatedAt":"${this.#times.millis(record.updatedAtMs)}"` +
      `${url === "" ? "" : `,"generatorURL":${jsonText(url)}`}` +
      `,"labels":${this.#labels.print(record)}}`
    );
  }

  /** API v1's alert: no annotations is `null`, and so is an empty list of what suppresses it once that is known. */
  v1(view: AlertView): string {
    const { record } = view;
    const start = startOf(record);
    const end = endOf(record);
    const annotations = record.annotations === "{}" ? "null" : record.annotations;
    return (
      `{"labels":${this.#labels.print(record)},"annotations":${annotations}` +
      `,"startsAt":"${this.#times.trimmed(start.ms, start.subNs, start.offsetMin)}"` +
      `,"endsAt":"${this.#times.trimmed(end.ms, end.subNs, end.offsetMin)}"` +
      `,"generatorURL":${jsonText(record.generatorUrl)}` +
      `,"status":${statusV1(view)}` +
      `,"receivers":${jsonTexts(view.receivers)},"fingerprint":"${view.fingerprint}"}`
    );
  }

  /** A list of API v2's `alertGroup`, in parts: one group can hold every alert. */
  *groupList(
    groups: Iterable<ShownGroup>,
    fields?: ReadonlySet<string>,
  ): Generator<string, void, undefined> {
    let before = "[";
    for (const group of groups) {
      yield before;
      yield* this.#group(group, fields);
      before = ",";
    }
    yield before === "[" ? "[]" : "]";
  }

  *#group(
    { group, alerts }: ShownGroup,
    fields: ReadonlySet<string> | undefined,
  ): Generator<string, void, undefined> {
    const wants = (name: string): boolean => fields?.has(name) ?? true;
    const parts: string[] = [];
    if (wants("labels")) parts.push(`"labels":${this.#labels.print(group.labels)}`);
    if (wants("receiver")) parts.push(`"receiver":{"name":${jsonText(group.receiver)}}`);
    if (wants("routeLabels")) parts.push(`"routeLabels":${jsonMap(group.routeLabels)}`);
    if (!wants("alerts")) return yield `{${parts.join(",")}}`;
    yield '{"alerts":';
    yield* jsonList(alerts.values().map((view) => this.v2(view)));
    yield `${["", ...parts].join(",")}}`;
  }

  #receiverList(receivers: readonly string[]): string {
    const known = this.#receivers.get(receivers);
    if (known !== undefined) return known;
    const shown = this.#shownReceivers(receivers);
    const text = `[${shown.map((name) => `{"name":${jsonText(name)}}`).join(",")}]`;
    this.#receivers.set(receivers, text);
    return text;
  }
}

/** Never `unprocessed`: the state is worked out when it is asked for (S-90). */
function stateOf({ inhibitedBy, silencedBy, mutedBy }: AlertView): "active" | "suppressed" {
  const causes = inhibitedBy.length + silencedBy.length + mutedBy.length;
  return causes === 0 ? "active" : "suppressed";
}

function statusV1(view: AlertView): string {
  if (!view.isProcessed) return '{"state":"unprocessed","silencedBy":[],"inhibitedBy":[]}';
  return (
    `{"state":"${stateOf(view)}","silencedBy":${textsOrNull(view.silencedBy)}` +
    `,"inhibitedBy":${textsOrNull(view.inhibitedBy)}}`
  );
}

function textsOrNull(texts: readonly string[]): string {
  return texts.length === 0 ? "null" : jsonTexts(texts);
}
