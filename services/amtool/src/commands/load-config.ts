import { dirname } from "node:path";
import { configRefusal, type ConfigParse, parseConfig } from "@tocsin/domain/config";
import { readStatus } from "../client/models.ts";
import { GET_STATUS } from "../client/operations.ts";
import type { MatcherReader } from "../matchers/matcher-reader.ts";
import type { CommandContext } from "../program/command-context.ts";
import { Failure } from "../program/failure.ts";
import type { Surroundings } from "../program/surroundings.ts";

type ParsedConfig = Extract<ConfigParse, { readonly ok: true }>["config"];

export type ConfigFile =
  | { readonly ok: true; readonly config: ParsedConfig }
  | { readonly ok: false; readonly problem: string };

/** Reads a configuration file. The problem is told in upstream's words. */
export function readConfigFile(
  path: string,
  matchers: MatcherReader,
  { readFile }: Pick<Surroundings, "readFile">,
): ConfigFile {
  let text: Uint8Array;
  try {
    text = readFile(path);
  } catch {
    return { ok: false, problem: `open ${path}: no such file or directory` };
  }
  return parse(text, matchers, dirname(path));
}

/** The configuration of `--config.file`, else that of the server. `ending` stands behind an error. */
export async function loadConfig(
  context: CommandContext,
  ending: "\n" | "\n\n",
): Promise<ParsedConfig> {
  const { values, around, matchers } = context;
  const path = values.text("config.file");
  const hasUrl = values.has("alertmanager.url");
  if (path === "" && !hasUrl) {
    throw new Failure(
      "You have to specify one of --config.file or --alertmanager.url flags.",
      "\n",
    );
  }
  if (path !== "" && hasUrl) {
    around.writeError("Warning: --config.file flag overrides the --alertmanager.url.\n");
  }
  const read =
    path === ""
      ? parse(await remoteConfig(context), matchers)
      : readConfigFile(path, matchers, around);
  if (!read.ok) throw new Failure(read.problem, ending);
  return read.config;
}

async function remoteConfig({ connect }: CommandContext): Promise<string> {
  const connection = await connect();
  return (await connection.call(GET_STATUS, readStatus)).config.original;
}

function parse(text: string | Uint8Array, matchers: MatcherReader, directory?: string): ConfigFile {
  const parsed = parseConfig(text, {
    matcherMode: matchers.mode,
    onMatchers: (line, result) => matchers.noteList(line, result),
    ...(directory !== undefined && { directory }),
  });
  if (parsed.ok) return parsed;
  return { ok: false, problem: configRefusal(parsed.problems) };
}
