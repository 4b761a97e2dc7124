import { fingerprint, formatFingerprint } from "@tocsin/domain/alert";
import { truncateInBytes, truncateInRunes } from "@tocsin/domain/notify";
import { labelSetFromRecord } from "@tocsin/domain/model";
import {
  compileRoutes,
  formatLabelSet,
  groupKey,
  groupKeyHash,
  groupLabels,
  logKey,
  matchRoutes,
} from "@tocsin/domain/route";
import {
  compileTemplates,
  TemplateCache,
  TemplateFailure,
  type Rendered,
} from "@tocsin/domain/template";
import { bytesFromText } from "@tocsin/domain/text";
import { judge, PASS, type FolderPlayers, type VectorCase, type Verdict } from "../vector.ts";
import { readConfig } from "./config-text.ts";
import { dataOf, playData, playPayload, playRouteLabels } from "./template-data.ts";

const NOW = "2026-01-01T00:00:00Z";
/** Compiling is not what is tested here. */
const CACHE = new TemplateCache();

export const TEMPLATE_PLAYERS: FolderPlayers = {
  ...Object.fromEntries(
    "default files fmt funcs html kv lang langerr mail printf time world"
      .split(" ")
      .map((topic) => [`${topic}.json`, playText]),
  ),
  "data.json": playData,
  "deepcopy.json": playPayload,
  "fingerprint.json": playFingerprint,
  "groupkey.json": playGroupKey,
  "nflogkey.json": playLogKey,
  "routelabels.json": playRouteLabels,
  "truncate.json": playTruncate,
};

interface TextInput {
  readonly template: string;
  readonly data: string | null;
  readonly mode?: "text" | "html";
  readonly files?: Readonly<Record<string, string>>;
  readonly now?: string;
  readonly dataBy?: "value";
  readonly routeLabelsRendered?: boolean;
}

interface TextWant {
  readonly output?: string;
  readonly outputBase64?: string;
  readonly stage?: string;
  readonly line?: number;
  readonly token?: string;
}

interface TextCase extends VectorCase {
  readonly kind: "text" | "html" | "default";
  readonly compare?: "trim" | "none";
}

function playText(vector: VectorCase): Verdict {
  const { kind, compare } = vector as TextCase;
  const input = vector.input as TextInput;
  const want = vector.want as TextWant;
  if (compare === "none") return { kind: "skip", reason: "upstream crashes on them" };
  const rendered = renderCase(vector, kind === "default" ? (input.mode ?? "text") : kind);
  if (want.stage !== undefined) return judgeProblem(want, rendered);
  if (!rendered.ok) return judge(want.output ?? "", rendered.problem.message);
  if (compare === "trim") return judge(want.output?.trim(), rendered.raw.trim());
  const bytes = Buffer.from(bytesFromText(rendered.raw));
  if (want.outputBase64 !== undefined) return judge(want.outputBase64, bytes.toString("base64"));
  return judge(want.output, bytes.toString());
}

function renderCase(vector: VectorCase, mode: "text" | "html"): Rendered {
  const input = vector.input as TextInput;
  const files = Object.entries(input.files ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const options = { nowMs: Date.parse(input.now ?? NOW), isByValue: input.dataBy === "value" };
  const data = dataOf(vector, input.routeLabelsRendered);
  try {
    const sources = files.map(([name, text]) => ({ name, text }));
    const templates = compileTemplates(sources, { cache: CACHE });
    return mode === "html"
      ? templates.renderHtml(input.template, data, options)
      : templates.renderText(input.template, data, options);
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error;
    return { ok: false, problem: error.problem };
  }
}

function judgeProblem(want: TextWant, rendered: Rendered): Verdict {
  if (rendered.ok) return { kind: "fail", difference: `no error, but ${rendered.text}` };
  const { stage, line, message } = rendered.problem;
  const hasToken = message.includes(want.token ?? "");
  // HTML that is refused when it is parsed is refused as well.
  const sameStage = stage === want.stage || (want.stage === "escape" && stage === "parse");
  const sameLine = want.line === undefined || want.line === line;
  if (hasToken && sameStage && sameLine) return PASS;
  return { kind: "fail", difference: `want ${JSON.stringify(want)}, got ${stage} ${message}` };
}

function playFingerprint({ input, want }: VectorCase): Verdict {
  const { labels } = input as { labels: Readonly<Record<string, string>> };
  const set = labelSetFromRecord(labels);
  const { hi, lo } = fingerprint(set);
  const output = formatFingerprint(hi, lo);
  const decimal = BigInt(`0x${output}`).toString();
  return judge(want, { output, decimal, labelSetString: formatLabelSet(set) });
}

function playGroupKey({ input, want }: VectorCase): Verdict {
  const { config, labels } = input as {
    config: string;
    labels: Readonly<Record<string, string>>;
  };
  const set = labelSetFromRecord(labels);
  const routes = matchRoutes(compileRoutes(readConfig(config, "utf8").route), set);
  const output = routes.map((route) => {
    const group = groupLabels(route, set);
    const key = groupKey(route, group);
    const { hi, lo } = fingerprint(group);
    return {
      receiver: route.receiver,
      routeKey: route.key,
      routeID: route.id,
      groupLabels: Object.fromEntries(group.names.map((name, at) => [name, group.values[at]])),
      groupKey: key,
      hash: groupKeyHash(key),
      groupFingerprint: formatFingerprint(hi, lo),
    };
  });
  return judge(want, { output });
}

function playLogKey({ input, want }: VectorCase): Verdict {
  const { groupKey: key, receiver } = input as {
    groupKey: Parameters<typeof groupKeyHash>[0];
    receiver: { groupName: string; integration: string; idx: number };
  };
  const { groupName, integration, idx } = receiver;
  // Such names are escaped in our keys, so that no two collide.
  if (/\}:|%/.test(groupName)) {
    return { kind: "skip", reason: "upstream's keys can collide here, ours cannot" };
  }
  const output = logKey({ groupKey: key, receiver: groupName, integration, index: idx });
  return judge(want, { output, groupKeyHash: groupKeyHash(key) });
}

function playTruncate(vector: VectorCase): Verdict {
  const { input, want } = vector;
  const { string, n, unit } = input as { string: string; n: number; unit: "runes" | "bytes" };
  const { text, isTruncated } =
    unit === "runes" ? truncateInRunes(string, n) : truncateInBytes(string, n);
  // Upstream crashes on these: what counts is that the text fits.
  if ((vector as TextCase).compare === "none") {
    return judge(true, isTruncated && text.endsWith("…") && Buffer.byteLength(text) <= n);
  }
  return judge(want, { output: text, truncated: isTruncated });
}
