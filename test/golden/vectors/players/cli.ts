import { allOf, judge, PASS, within, type FolderPlayers, type VectorCase, type Verdict } from "../vector.ts";
import { runAmtool } from "./amtool-run.ts";

export const CLI_PLAYERS: FolderPlayers = {
  "amtool-alert.json": playCase,
  "amtool-config.json": playCase,
  "amtool-general.json": playCase,
  "amtool-silence.json": playCase,
};

interface CliCase extends VectorCase {
  readonly server?: object;
  readonly files?: Readonly<Record<string, string>>;
  readonly run: readonly CliRun[];
}

interface CliRun {
  readonly argv: readonly string[];
  readonly stdin?: string;
  readonly expect: { readonly exit: number; readonly stdout?: string; readonly stderr?: string };
}

async function playCase(vector: VectorCase): Promise<Verdict> {
  const { server, files = {}, run } = vector as CliCase;
  if (server !== undefined) return { kind: "skip", reason: "it needs a server" };
  const verdicts: Verdict[] = [];
  for (const { argv, stdin = "", expect } of run) {
    const result = await runAmtool(argv, { files, stdin });
    verdicts.push(
      within("exit status", judge(expect.exit, result.exitCode)),
      within("stdout", judgeText(expect.stdout, result.stdout)),
      within("stderr", judgeText(expect.stderr, result.stderr)),
    );
  }
  return allOf(verdicts);
}

const PLACEHOLDERS: ReadonlyMap<string, string> = new Map([
  ["{{*}}", "[^]*"],
  ["{{WORD}}", "\\S*"],
]);

function judgeText(want: string | undefined, got: string): Verdict {
  if (want === undefined) return PASS;
  const pattern = RegExp.escape(want).replaceAll(/\\\{\\\{(\\\*|WORD)\\\}\\\}/g, (escaped) => {
    const name = escaped.replaceAll("\\", "");
    return PLACEHOLDERS.get(name) ?? escaped;
  });
  return new RegExp(`^${pattern}$`).test(got) ? PASS : judge(want, got);
}
