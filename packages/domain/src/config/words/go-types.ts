/** The Go types that upstream's errors name: of each structure, map and value of a configuration. */

type TypeAt = readonly [path: RegExp, type: string];

/** Structures whose type is not `config.plain`. */
const STRUCTS: readonly TypeAt[] = [
  [
    /^receivers\[\d+\]\.(discord|incidentio|pagerduty|webhook|opsgenie|telegram|msteamsv2|msteams|jira|mattermost)_configs\[\d+\]$/,
    "$1.plain",
  ],
  [/^.*\.jira_configs\[\d+\]\.(?:summary|description)$/, "jira.plain"],
  [/^.*\.pagerduty_configs\[\d+\]\.images\[\d+\]$/, "pagerduty.PagerdutyImage"],
  [/^.*\.pagerduty_configs\[\d+\]\.links\[\d+\]$/, "pagerduty.PagerdutyLink"],
  [/^.*\.opsgenie_configs\[\d+\]\.responders\[\d+\]$/, "opsgenie.OpsGenieConfigResponder"],
  [/^.*\.mattermost_configs\[\d+\]\.attachments\[\d+\]$/, "mattermost.MattermostAttachment"],
  [/^.*\.mattermost_configs\[\d+\](?:\..*)?\.fields\[\d+\]$/, "mattermost.plain"],
  [/^.*\.mattermost_configs\[\d+\]\.props$/, "mattermost.MattermostProps"],
  [/^.*\.mattermost_configs\[\d+\]\.priority$/, "mattermost.MattermostPriority"],
  [/^.*\.rocketchat_configs\[\d+\]\.fields\[\d+\]$/, "config.RocketchatAttachmentField"],
  [/^.*\.rocketchat_configs\[\d+\]\.actions\[\d+\]$/, "config.RocketchatAttachmentAction"],
  [/^.*\.email_configs\[\d+\]\.threading$/, "config.ThreadingConfig"],
  [/^.*\.sigv4$/, "sigv4.plain"],
  [/^.*\.authorization$/, "config.Authorization"],
  [/^(?:.*\.http_headers|tracing\.headers)$/, "config.Headers"],
  [/^(?:.*\.http_headers|tracing\.headers)\.[^.]*$/, "config.Header"],
  [/^.*\.proxy_connect_header$/, "config.ProxyHeader"],
  [/^inhibit_rules\[\d+\]$/, "common.plain"],
  [/^(?:mute_)?time_intervals\[\d+\]\.time_intervals\[\d+\]$/, "timeinterval.TimeInterval"],
  [/^.*\.time_intervals\[\d+\]\.times\[\d+\]$/, "timeinterval.yamlTimeRange"],
  [/^tracing$/, "tracing.plain"],
  [/^event_recorder$/, "eventrecorder.Config"],
  [/^tls_server_config$/, "web.TLSConfig"],
  [/^http_server_config$/, "web.HTTPConfig"],
  [/^rate_limit$/, "web.RateLimiterConfig"],
  [/^event_recorder\.\w+_outputs\[\d+\]$/, "eventrecorder.plain"],
];

/** Mappings whose keys are free, those of the web configuration among them. */
const MAPS: readonly TypeAt[] = [
  [/^route\.(?:.*\.)?labels$/, "model.LabelSet"],
  [/^receivers\[\d+\]\.labels$/, "map[string]string"],
  [/^.*\.email_configs\[\d+\]\.headers$/, "map[string]string"],
  [/^.*\.pagerduty_configs\[\d+\]\.details$/, "map[string]interface {}"],
  [/^.*\.opsgenie_configs\[\d+\]\.details$/, "map[string]string"],
  [/^.*\.victorops_configs\[\d+\]\.custom_fields$/, "map[string]string"],
  [/^.*\.sns_configs\[\d+\]\.attributes$/, "map[string]string"],
  [/^.*\.jira_configs\[\d+\]\.fields$/, "map[string]interface {}"],
  [/^.*\.webhook_configs\[\d+\]\.payload(?:\..*)?$/, "map[string]interface {}"],
  [/^.*\.(?:source_|target_)?match$/, "map[string]string"],
  [/^.*\.(?:source_|target_)?match_re$/, "common.plain"],
  [/^.*\.oauth2\.endpoint_params$/, "map[string]string"],
  [/^.*\.oauth2\.claims$/, "map[string]interface {}"],
  [/^(?:.*\.http_headers|tracing\.headers)$/, "config.Headers"],
  [/^.*\.proxy_connect_header$/, "config.ProxyHeader"],
  [/^basic_auth_users$/, "map[string]config.Secret"],
  [/^http_server_config\.headers$/, "map[string]string"],
];

/** Whether the keys of the mapping are free. */
export function isMap(path: string): boolean {
  return MAPS.some(([pattern]) => pattern.test(path));
}

/** The type of a structure or a map. */
export function mappingType(path: string): string {
  const found = [...STRUCTS, ...MAPS].find(([pattern]) => pattern.test(path));
  return found === undefined ? "config.plain" : path.replace(...found);
}

/** Texts that are shown as `<secret>` are of a type of their own. */
const SECRET =
  /(?:^|[._])(?:(?:auth_)?(?:password|secret)|(?:api_|client_|smtp_auth_)secret|(?:api|user|routing|service)_key|(?:app_|bot_|bearer_|alert_source_)?token|token_id|credentials)$|\.tls_config\.key$|\.secrets\[\d+\]$/;

const VALUES: ReadonlyMap<string, string> = new Map([
  ["a text", "string"],
  ["a URL", "string"],
  ["the name of a time zone", "string"],
  ["a text as key", "string"],
  ['a duration such as "30s"', "string"],
  ['an address such as "mail.example:25"', "string"],
  ['a duration such as "1m30s"', "time.Duration"],
  ["a regular expression", "string"],
  ["a TLS version", "string"],
  ["a boolean", "bool"],
  ["a number", "float64"],
  ["a whole number from 0", "uint64"],
  ["a whole number", "int64"],
  ["a list of texts", "[]string"],
  ["a list of receivers", "[]config.Receiver"],
  ["a list of routes", "[]*config.Route"],
  ["a list of inhibition rules", "[]common.InhibitRule"],
  ["a list of responders", "[]opsgenie.OpsGenieConfigResponder"],
]);

/** What upstream wants where we want `wanted`; undefined: not known. */
export function typeWanted(path: string, wanted: string): string | undefined {
  if (wanted === "a mapping" || wanted === "a text or a mapping") return mappingType(path);
  if (/^route\.(?:.*\.)?labels\.[^.]*$/.test(path)) return "model.LabelValue";
  if (wanted === "an http or https URL") return urlType(path);
  // An identity of VictorOps only looks like one.
  const isText = wanted === "a text" && !/\.victorops_configs\[\d+\]\.routing_key$/.test(path);
  if (isText && SECRET.test(path)) return "config.plain";
  if (/\.pushover_configs\[\d+\]\.\w+$/.test(path) && wanted.startsWith("a duration")) {
    return "config.duration";
  }
  return listType(path, wanted) ?? VALUES.get(wanted);
}

/** An address that may be a template is read as a text of a type of its own. */
function urlType(path: string): string {
  return /\.webhook_configs\[\d+\]\.url$/.test(path) ? "common.plain" : "string";
}

/** Kinds of receivers whose Go type is not in `config`, or is spelt otherwise. */
const RECEIVERS: ReadonlyMap<string, string> = new Map([
  ["discord", "discord.DiscordConfig"],
  ["incidentio", "incidentio.IncidentioConfig"],
  ["jira", "jira.JiraConfig"],
  ["mattermost", "mattermost.MattermostConfig"],
  ["msteams", "msteams.MSTeamsConfig"],
  ["msteamsv2", "msteamsv2.MSTeamsV2Config"],
  ["opsgenie", "opsgenie.OpsGenieConfig"],
  ["pagerduty", "pagerduty.PagerdutyConfig"],
  ["sns", "config.SNSConfig"],
  ["telegram", "telegram.TelegramConfig"],
  ["victorops", "config.VictorOpsConfig"],
  ["webhook", "webhook.WebhookConfig"],
]);

/** Parts of a time interval, each a list of ranges. */
const RANGES: ReadonlyMap<string, string> = new Map([
  ["times", "TimeRange"],
  ["weekdays", "WeekdayRange"],
  ["days_of_month", "DayOfMonthRange"],
  ["months", "MonthRange"],
  ["years", "YearRange"],
]);

const LISTS: readonly TypeAt[] = [
  [/^.*\.slack_configs\[\d+\]\.actions$/, "[]*config.SlackAction"],
  [/^.*\.slack_configs\[\d+\]\.fields$/, "[]*config.SlackField"],
  [/^.*\.pagerduty_configs\[\d+\]\.images$/, "[]pagerduty.PagerdutyImage"],
  [/^.*\.pagerduty_configs\[\d+\]\.links$/, "[]pagerduty.PagerdutyLink"],
  [/^.*\.rocketchat_configs\[\d+\]\.fields$/, "[]*config.RocketchatAttachmentField"],
  [/^.*\.rocketchat_configs\[\d+\]\.actions$/, "[]*config.RocketchatAttachmentAction"],
  [/^.*\.mattermost_configs\[\d+\]\.attachments$/, "[]*mattermost.MattermostAttachment"],
  [/^.*\.mattermost_configs\[\d+\](?:\..*)?\.fields$/, "[]*mattermost.MattermostField"],
  [/^time_intervals$/, "[]config.TimeInterval"],
  [/^mute_time_intervals$/, "[]config.MuteTimeInterval"],
  [/^.*\.http_headers\.[^.]*\.secrets$/, "[]config.Secret"],
];

function listType(path: string, wanted: string): string | undefined {
  const list = LISTS.find(([pattern]) => pattern.test(path));
  if (list !== undefined && wanted.startsWith("a list")) return list[1];
  const kind = /^receivers\[\d+\]\.(\w+)_configs$/.exec(path)?.[1];
  if (kind !== undefined) {
    const plain = `config.${kind.charAt(0).toUpperCase()}${kind.slice(1)}Config`;
    return `[]*${RECEIVERS.get(kind) ?? plain}`;
  }
  const [, part = ""] = /\.time_intervals\[\d+\]\.(\w+)$/.exec(path) ?? [];
  const range = RANGES.get(part);
  if (range !== undefined && wanted === "a list") return `[]timeinterval.${range}`;
  return path.includes(".proxy_connect_header.") ? "[]config.Secret" : undefined;
}
