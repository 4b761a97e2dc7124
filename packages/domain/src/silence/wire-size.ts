/**
 * The size of a silence as upstream sends it to peers, by which it limits silences. Only lengths are added
 * up here; the message itself is made where bytes are made.
 */
import { ZERO_TIME_MS } from "../alert/index.ts";
import type { MatcherSpec, SilenceRecord } from "../model/index.ts";
import { silenceExpiresAtMs } from "./state.ts";

/** Bytes of the protobuf message `MeshSilence` of Alertmanager 0.34 with this silence. */
export function silenceSizeBytes(silence: SilenceRecord, retentionMs: number): number {
  const sets = silence.matcherSets.map((set) => nested(sum(set.map(matcherSize).map(nested))));
  const annotations = Object.entries(silence.annotations).map(([name, value]) =>
    nested(nested(textSize(name)) + nested(textSize(value))),
  );
  const body =
    textField(silence.id) +
    nested(timeSize(silence.startsAtMs)) +
    nested(timeSize(silence.endsAtMs)) +
    nested(timeSize(silence.updatedAtMs)) +
    textField(silence.createdBy) +
    textField(silence.comment) +
    sum(annotations) +
    sum(sets);
  return nested(body) + nested(timeSize(silenceExpiresAtMs(silence, retentionMs)));
}

function matcherSize({ type, name, value }: MatcherSpec): number {
  const typeSize = type === "=" ? 0 : 2;
  return typeSize + textField(name) + textField(value);
}

/** A field of text; an empty one is left out. */
function textField(text: string): number {
  return text === "" ? 0 : nested(textSize(text));
}

/** A field with a length before its content. All field numbers here are below 16: one byte of tag. */
function nested(contentBytes: number): number {
  return 1 + varintSize(contentBytes) + contentBytes;
}

function timeSize(ms: number): number {
  if (ms === ZERO_TIME_MS) return 0;
  const seconds = Math.floor(ms / 1_000);
  const nanos = (ms - seconds * 1_000) * 1_000_000;
  // A negative number takes all ten bytes.
  const secondsSize = seconds < 0 ? 10 : varintSize(seconds);
  return (seconds === 0 ? 0 : 1 + secondsSize) + (nanos === 0 ? 0 : 1 + varintSize(nanos));
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

function textSize(text: string): number {
  return Buffer.byteLength(text);
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
