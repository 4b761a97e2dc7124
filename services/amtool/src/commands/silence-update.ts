import type { Values } from "@tocsin/command-line";
import type { Connection } from "../client/connection.ts";
import { type ApiSilence, readPostedId, readSilence } from "../client/models.ts";
import { GET_SILENCE, POST_SILENCES } from "../client/operations.ts";
import type { Action, CommandContext } from "../program/command-context.ts";
import { Failure } from "../program/failure.ts";
import { showSilences } from "./silence-query.ts";
import { readSilenceDurationMs, readTime, timeAt } from "./times.ts";

/** `silence update`: other times or another comment, one silence after another. */
export const silenceUpdate: Action = {
  command: {
    name: "update",
    help: "Change silences and show them. One that cannot be changed is replaced by a new one.",
    flags: [
      { name: "quiet", short: "q", kind: "switch", help: "Show ids alone." },
      { name: "duration", short: "d", kind: "text", help: "How long it lasts from its start." },
      { name: "start", kind: "text", help: "When it starts, such as 2026-02-11T08:15:30+01:00." },
      { name: "end", kind: "text", help: "When it ends, in the same form; beats --duration." },
      { name: "comment", short: "c", kind: "text", help: "Why there is a silence." },
    ],
    arguments: [{ name: "update-ids", kind: "texts", help: "The ids of the silences." }],
  },
  run: updateSilences,
};

async function updateSilences({ values, around, connect }: CommandContext): Promise<void> {
  const ids = values.texts("update-ids");
  if (ids.length === 0) throw new Failure("no silence IDs specified");
  const connection = await connect();
  const updated: ApiSilence[] = [];
  for (const id of ids) updated.push(await updateSilence(connection, id, values));
  around.writeOut(showSilences(updated, values));
}

async function updateSilence(
  connection: Connection,
  id: string,
  values: Values,
): Promise<ApiSilence> {
  const before = await connection.call(GET_SILENCE, readSilence, { id });
  const comment = values.text("comment") || before.comment;
  const silence = { ...before, ...newTimes(before, values), comment };
  if (Date.parse(silence.startsAt) > Date.parse(silence.endsAt)) {
    throw new Failure("silence cannot start after it ends");
  }
  const { status: _, updatedAt: __, ...body } = silence;
  return { ...silence, id: await connection.call(POST_SILENCES, readPostedId, { body }) };
}

function newTimes(
  { startsAt, endsAt }: ApiSilence,
  values: Values,
): Pick<ApiSilence, "startsAt" | "endsAt"> {
  const start = readTime(values.text("start")) ?? { atMs: Date.parse(startsAt), text: startsAt };
  const end = readTime(values.text("end"));
  if (end !== undefined) return { startsAt: start.text, endsAt: end.text };
  const duration = values.text("duration");
  if (duration === "") return { startsAt: start.text, endsAt };
  const newEnd = timeAt(start.atMs + readSilenceDurationMs(duration));
  return { startsAt: start.text, endsAt: newEnd.text };
}
