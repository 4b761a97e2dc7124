import { IGNORED } from "../client/connection.ts";
import { DELETE_SILENCE } from "../client/operations.ts";
import type { Action, CommandContext } from "../program/command-context.ts";
import { Failure } from "../program/failure.ts";

/** `silence expire`: ends silences, one after another, up to the first that fails. */
export const silenceExpire: Action = {
  command: {
    name: "expire",
    help: "End silences now.",
    arguments: [{ name: "silence-ids", kind: "texts", help: "The ids of the silences." }],
  },
  run: expireSilences,
};

async function expireSilences({ values, connect }: CommandContext): Promise<void> {
  const ids = values.texts("silence-ids");
  if (ids.length === 0) throw new Failure("no silence IDs specified");
  const connection = await connect();
  for (const id of ids) await connection.call(DELETE_SILENCE, IGNORED, { id });
}
