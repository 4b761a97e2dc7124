/**
 * Faults of YAML and of its types in upstream's words: those of Go's yaml.v2, which names the Go type that
 * a value does not fit. Undefined: there are no such words for it.
 */
import type { ConfigProblem } from "../schema/index.ts";

/** What is wrong with the YAML itself. */
export function syntaxWords({ message, line, yamlFault }: ConfigProblem): string | undefined {
  const reason = /^Cannot read the YAML: (.*)$/s.exec(message)?.[1];
  if (reason === undefined) return undefined;
  if (CONTROL.test(reason)) return "yaml: control characters are not allowed";
  // What upstream's parser takes is told in the words of ours.
  return yamlFault ?? `yaml: line ${line}: ${reason}`;
}

const CONTROL = /^control characters are not allowed$|^null byte is not allowed/;

/** All values that do not fit their types, in one text; they come first among the problems. */
export function typeWords(problems: readonly ConfigProblem[]): string | undefined {
  if (MERGE.test(problems[0]?.message ?? "")) {
    return "yaml: map merge requires map or sequence of maps as the value";
  }
  const lines: string[] = [];
  for (const problem of problems) {
    const read = READ.exec(problem.message);
    if (read === null) break;
    const [, path = "", reason = ""] = read;
    const words = keyWords(path, reason) ?? shapeWords(path, reason);
    if (words === undefined) return undefined;
    lines.push(`  line ${problem.line}: ${words}`);
  }
  return lines.length === 0 ? undefined : ["yaml: unmarshal errors:", ...lines].join("\n");
}

const READ = /^Cannot read (?:"([^"]*)"|the configuration): (.*)$/s;

function keyWords(path: string, reason: string): string | undefined {
  const [, quoted, unknown] = /^key (".*") is (?:(unknown)|there twice)$/s.exec(reason) ?? [];
  if (quoted === undefined) return undefined;
  const key = String(JSON.parse(quoted)); // The domain wrote it as JSON.
  return unknown === undefined
    ? `field ${key} already set in type ${structType(path)}`
    : `field ${key} not found in type ${structType(path)}`;
}

/** Where structures of Go types outside of `config` stand; all others are in it. */
const STRUCT_TYPES: readonly (readonly [path: RegExp, type: string])[] = [
  [
    /^receivers\[\d+\]\.(discord|incidentio|pagerduty|webhook|opsgenie|pushover|sns|telegram|msteamsv2|msteams|jira|rocketchat|mattermost)_configs\[\d+\]$/,
    "$1.plain",
  ],
  [/^receivers\[\d+\]\.jira_configs\[\d+\]\.(summary|description)$/, "jira.plain"],
  [/^receivers\[\d+\]\.pagerduty_configs\[\d+\]\.images\[\d+\]$/, "pagerduty.PagerdutyImage"],
  [/^receivers\[\d+\]\.pagerduty_configs\[\d+\]\.links\[\d+\]$/, "pagerduty.PagerdutyLink"],
  [/^.*\.http_headers\.[^.]*$|^tracing\.headers\.[^.]*$/, "config.Header"],
  [/^inhibit_rules\[\d+\]$/, "common.plain"],
  [/^(?:mute_)?time_intervals\[\d+\]\.time_intervals\[\d+\]$/, "timeinterval.TimeInterval"],
  [/^tracing$/, "tracing.plain"],
  [/^event_recorder$/, "eventrecorder.Config"],
];

/** The Go type of a structure, as upstream's errors name it. */
function structType(path: string): string {
  for (const [pattern, type] of STRUCT_TYPES) {
    if (pattern.test(path)) return path.replace(pattern, type);
  }
  return "config.plain";
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ["a text", "string"],
  ["a text as key", "string"],
  ['a duration such as "30s"', "string"],
  ['an address such as "mail.example:25"', "string"],
  ['a duration such as "1m30s"', "time.Duration"],
  ["a boolean", "bool"],
  ["a whole number from 0", "uint64"],
  ["a whole number", "int64"],
  ["a list of texts", "[]string"],
  ["a list of receivers", "[]config.Receiver"],
  ["a list of routes", "[]*config.Route"],
  ["a list of inhibition rules", "[]common.InhibitRule"],
]);

/** A wrong merge is no fault of types: it is told alone. */
const MERGE = /: a mapping or a list of mappings behind "<<" wanted, .* found$/s;

function shapeWords(path: string, reason: string): string | undefined {
  const [, wanted = "", found = ""] = /^(.*) wanted, (.*) found$/s.exec(reason) ?? [];
  const type =
    wanted === "a mapping" ? mappingType(path) : (listType(path, wanted) ?? TYPES.get(wanted));
  const value = valueWords(found);
  if (type === undefined || value === undefined) return undefined;
  return `cannot unmarshal ${value} into ${type}`;
}

function mappingType(path: string): string {
  if (/\.pagerduty_configs\[\d+\]\.details$/.test(path)) return "map[string]interface {}";
  return path.endsWith(".labels") ? "map[string]string" : structType(path);
}

/** Parts of a time interval, each a list of ranges. */
const RANGES: ReadonlyMap<string, string> = new Map([
  ["times", "TimeRange"],
  ["weekdays", "WeekdayRange"],
  ["days_of_month", "DayOfMonthRange"],
  ["months", "MonthRange"],
  ["years", "YearRange"],
]);

/** Kinds of receivers whose Go type is not in `config`, or is spelt otherwise. */
const RECEIVER_TYPES: ReadonlyMap<string, string> = new Map([
  ["discord", "discord.DiscordConfig"],
  ["incidentio", "incidentio.IncidentioConfig"],
  ["jira", "jira.JiraConfig"],
  ["mattermost", "mattermost.MattermostConfig"],
  ["msteams", "msteams.MSTeamsConfig"],
  ["msteamsv2", "msteamsv2.MSTeamsV2Config"],
  ["opsgenie", "opsgenie.OpsGenieConfig"],
  ["pagerduty", "pagerduty.PagerdutyConfig"],
  ["pushover", "pushover.PushoverConfig"],
  ["rocketchat", "rocketchat.RocketchatConfig"],
  ["sns", "sns.SNSConfig"],
  ["telegram", "telegram.TelegramConfig"],
  ["victorops", "config.VictorOpsConfig"],
  ["webhook", "webhook.WebhookConfig"],
]);

function listType(path: string, wanted: string): string | undefined {
  const kind = /^receivers\[\d+\]\.(\w+)_configs$/.exec(path)?.[1];
  if (kind !== undefined) {
    const plain = `config.${kind.charAt(0).toUpperCase()}${kind.slice(1)}Config`;
    return `[]*${RECEIVER_TYPES.get(kind) ?? plain}`;
  }
  const [, part = ""] = /\.time_intervals\[\d+\]\.(\w+)$/.exec(path) ?? [];
  const range = RANGES.get(part);
  if (range !== undefined && wanted === "a list") return `[]timeinterval.${range}`;
  return path.includes(".proxy_connect_header.") ? "[]config.Secret" : undefined;
}

/** Longer values are cut in upstream's errors. */
const SHOWN_MAX = 10;

function valueWords(found: string): string | undefined {
  if (found === "a list") return "!!seq";
  if (found === "a mapping") return "!!map";
  const [, kind = "", quoted] = /^(text|number|boolean|!!\w+) (".*")$/s.exec(found) ?? [];
  if (quoted === undefined) return undefined;
  const text = String(JSON.parse(quoted)); // The domain wrote it as JSON.
  const shown = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX - 3)}...` : text;
  const isFloat = kind === "number" && /[.eE]/.test(text);
  if (kind.startsWith("!!")) return `${kind} \`${shown}\``;
  const tag = kind === "text" ? "str" : kind === "boolean" ? "bool" : isFloat ? "float" : "int";
  return `!!${tag} \`${shown}\``;
}
