import { marshalConfig, parseConfig, type ConfigProblem } from "@tocsin/domain/config";
import type { ConfigParse, ParsedConfig } from "@tocsin/domain/config";
import type { MatcherMode } from "@tocsin/domain/matcher";
import { dirname } from "node:path";
import { allOf, judge, PASS, within } from "../vector.ts";
import type { FolderPlayers, VectorCase, Verdict } from "../vector.ts";
import { showReceivers } from "./config-receivers.ts";

interface ConfigInput {
  readonly yaml?: string;
  readonly yaml_base64?: string;
  readonly mode: MatcherMode;
  /** Where the text lies; its folder is joined with relative file names. */
  readonly file?: string;
}

interface ConfigWant {
  readonly verdict: "ok" | "error" | "panic";
  readonly error?: string;
  readonly config?: string;
  readonly receivers?: readonly unknown[];
}

export const CONFIG_PLAYERS: FolderPlayers = { "config.json": playConfig, "paths.json": playConfig };

function playConfig(vector: VectorCase): Verdict {
  const input = vector.input as ConfigInput;
  const want = vector.want as ConfigWant;
  const result = parse(input);
  // What makes upstream crash has to be an error here.
  if (want.verdict !== "ok") return judgeRefusal(want, result);
  if (!result.ok) {
    const texts = result.problems.map(({ message, line }) => `${line}: ${message}`);
    return { kind: "fail", difference: `refused: ${texts.join("; ")}` };
  }
  return allOf([judgeReceivers(want, result.config, input), judgeText(want, result.config, input)]);
}

function parse({ yaml, yaml_base64: base64, mode, file }: ConfigInput): ConfigParse {
  const text = base64 === undefined ? (yaml ?? "") : Buffer.from(base64, "base64");
  const directory = file === undefined ? {} : { directory: dirname(file) };
  return parseConfig(text, { matcherMode: mode, ...directory });
}

function judgeReceivers(want: ConfigWant, config: ParsedConfig, input: ConfigInput): Verdict {
  if (want.receivers === undefined) return PASS;
  const got = JSON.parse(JSON.stringify(showReceivers(config.document)));
  return within("receivers", judge(joinedOnce(want.receivers, input), got));
}

function judgeText(want: ConfigWant, config: ParsedConfig, input: ConfigInput): Verdict {
  const text = marshalConfig(config);
  return within("config", judge(joinedOnce(want.config, input), text));
}

/** Upstream joins what several receivers share once for each of them (`conf/conf/ca.pem`). */
function joinedOnce<T>(want: T, { file }: ConfigInput): T {
  if (file === undefined) return want;
  const folder = `${dirname(file)}/`;
  const text = JSON.stringify(want);
  const once = text.replaceAll(new RegExp(`(?:${RegExp.escape(folder)}){2,}`, "g"), folder);
  return JSON.parse(once) as T; // Only texts inside were changed.
}

/** The wording is ours, but it must name the same keys, and be at the same line where upstream says one. */
function judgeRefusal(want: ConfigWant, result: ConfigParse): Verdict {
  if (result.ok) return { kind: "fail", difference: `accepted, upstream says: ${want.error}` };
  const { problems } = result;
  const misplaced = problems.find(({ line, column }) => !(line >= 1 && column >= 1));
  if (misplaced !== undefined || problems.length === 0) {
    return { kind: "fail", difference: "refused without a place" };
  }
  if (want.verdict === "panic") return PASS;
  return allOf([judgeLines(want.error ?? "", problems), judgeNames(want.error ?? "", problems)]);
}

function judgeLines(error: string, problems: readonly ConfigProblem[]): Verdict {
  const lines = new Set(problems.map(({ line }) => line));
  const wanted = [...error.matchAll(/line (\d+): (?:cannot|field|key)/g)].map((found) => found[1]);
  const missing = wanted.find((line) => !lines.has(Number(line)));
  if (missing === undefined) return PASS;
  return { kind: "fail", difference: `no problem at line ${missing}, upstream says: ${error}` };
}

function judgeNames(error: string, problems: readonly ConfigProblem[]): Verdict {
  const said = problems.map(({ message }) => message).join("\n");
  const names = error.replaceAll(/into [\w.[\]{}* ]+|in type [\w.]+/g, "").match(/[a-z]+(_[a-z0-9]+)+/g);
  const missing = names?.find((name) => !said.includes(name));
  if (missing === undefined) return PASS;
  return { kind: "fail", difference: `"${missing}" is not named in: ${said}; upstream: ${error}` };
}
