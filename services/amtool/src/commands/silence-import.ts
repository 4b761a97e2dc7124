import { type Connection, RefusedFailure } from "../client/connection.ts";
import {
  readPostedId,
  readSilenceContent,
  readSilenceId,
  type SilenceContent,
} from "../client/models.ts";
import { POST_SILENCES } from "../client/operations.ts";
import type { Action, CommandContext } from "../program/command-context.ts";
import { Failure, reasonOf } from "../program/failure.ts";

/** `silence import`: silences from the JSON that `silence query -o json` writes. */
export const silenceImport: Action = {
  command: {
    name: "import",
    help: `Add silences from JSON, of a file or of standard input.

  amtool silence query -o json foo > foo.json
  amtool silence import foo.json
`,
    flags: [
      {
        name: "force",
        short: "f",
        kind: "switch",
        help: "Make new silences even of those that are there already.",
      },
      { name: "worker", short: "w", kind: "integer", preset: "8", help: "How many at a time." },
    ],
    arguments: [{ name: "input-file", kind: "file", help: "The file with the silences." }],
  },
  run: importSilences,
};

/** A silence as it stands in the file. What is absent there is sent as null, for the server to refuse. */
interface Posted extends Nullable<SilenceContent> {
  /** Empty: it shall be a new one. */
  readonly id: string;
}

type Nullable<T> = { readonly [K in keyof T]: T[K] | null };

async function importSilences(context: CommandContext): Promise<void> {
  const { values, around, connect } = context;
  const silences = readInput(context);
  const connection = await connect();
  let next = 0;
  let failedCount = 0;
  const work = async (): Promise<void> => {
    for (let silence = silences[next++]; silence !== undefined; silence = silences[next++]) {
      try {
        context.print(await post(connection, silence));
      } catch (error) {
        failedCount += 1;
        around.writeError(`Error adding silence id='${silence.id}': ${reasonOf(error)}\n`);
      }
    }
  };
  const workers = Math.max(1, Math.min(values.number("worker"), silences.length));
  await Promise.all(Array.from({ length: workers }, work));
  if (failedCount > 0) {
    throw new Failure(`couldn't import ${failedCount} out of ${silences.length} silences`);
  }
}

/** Reads all before the first is posted: a broken file changes nothing. */
function readInput({ values, around }: CommandContext): readonly Posted[] {
  const bytes = around.readFile(values.text("input-file") || "/dev/stdin");
  try {
    const text = new TextDecoder().decode(bytes);
    if (text.trim() === "") throw new Error("EOF");
    const json: unknown = JSON.parse(text);
    if (!Array.isArray(json)) throw new Error("a list is wanted");
    const isForced = values.isOn("force");
    return json.map((item: unknown) => ({
      id: isForced ? "" : readSilenceId(item),
      ...readSilenceContent(item),
      ...absentFields(item),
    }));
  } catch (error) {
    throw new Failure(`couldn't unmarshal input data, is it JSON?: ${reasonOf(error)}`);
  }
}

const REQUIRED: readonly string[] = ["comment", "createdBy", "endsAt", "matchers", "startsAt"];

/** `item` was read as a silence before. */
function absentFields(item: unknown): Readonly<Record<string, null>> {
  const fields = item as Readonly<Record<string, unknown>>;
  const absent = REQUIRED.filter((name) => (fields[name] ?? null) === null);
  return Object.fromEntries(absent.map((name) => [name, null]));
}

/** Posts a silence; one whose id the server does not know becomes a new one. */
async function post(connection: Connection, silence: Posted): Promise<string> {
  const { id, ...content } = silence;
  if (id === "") return connection.call(POST_SILENCES, readPostedId, { body: content });
  try {
    return await connection.call(POST_SILENCES, readPostedId, { body: silence });
  } catch (error) {
    if (!(error instanceof RefusedFailure) || error.status !== 404) throw error;
    return connection.call(POST_SILENCES, readPostedId, { body: content });
  }
}
