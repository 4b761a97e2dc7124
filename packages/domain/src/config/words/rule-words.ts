/** Faults of meaning: what the domain says of them, and what Alertmanager 0.34 says. */
type Rule = readonly [pattern: RegExp, words: string];

const ROUTES: readonly Rule[] = [
  [/^Cannot read the configuration: no route is provided$/, "no route provided in config"],
  [/^the "route" is missing$/, "no routes provided"],
  [/^the root route needs a default "receiver"$/, "root route must specify a default receiver"],
  [/^(the )?root route must not have any (.*)$/, "root route must not have any $2"],
  [/^the root route must not have "continue"$/, "cannot have continue in root route"],
  [/^undefined receiver "(.*)"$/s, 'undefined receiver "$1" used in route'],
  [/^undefined time interval "(.*)"$/s, 'undefined time interval "$1" used in route'],
  [/^"(group_interval|repeat_interval)" must not be zero$/, "$1 cannot be zero"],
  [
    /^(".*") in "(?:source_|target_)?match(?:_re)?" is not a classic label name$/s,
    "invalid label name $1",
  ],
  [
    /^"(?:source_|target_)?match_re" has no regular expression for "(.*)"$/s,
    'invalid regexp value for "$1"',
  ],
  [
    /^the wildcard "\.\.\." in "group_by" must stand alone$/,
    "cannot have wildcard group_by (`...`) and other labels at the same time",
  ],
  [/^label "(.*)" is twice in "group_by"$/s, 'duplicated label "$1" in group_by'],
  [
    /^"(.*)" in "(group_by|equal)" is not a valid label name$/s,
    'invalid label name "$1" in $2 list',
  ],
  [/^"" is not a valid label name$/, '"" is not a valid label name'],
  [/^(".*") is not a valid label name$/s, "invalid label name $1 in route labels"],
];

const MATCHERS: readonly Rule[] = [
  [/^Cannot compile regex ".*": (error parsing regexp: .*); wanted .*$/s, "$1"],
];

const DURATIONS: readonly Rule[] = [
  [/^Cannot parse duration "": .*; wanted whole .*$/s, "empty duration string"],
  [
    /^Cannot parse duration (".*"): (?:a number with a unit is missing|unit ".*" follows) .*; wanted whole .*$/s,
    "not a valid duration string: $1",
  ],
  [
    /^Cannot parse duration (".*"): unit (".*") is unknown; wanted whole .*$/s,
    "unknown unit $2 in duration $1",
  ],
  [/^Cannot parse duration ".*": it is longer than .*$/s, "duration out of range"],
  [
    /^Cannot parse duration (".*"): unit (".*") is unknown; wanted numbers .*$/s,
    "time: unknown unit $2 in duration $1",
  ],
  [
    /^Cannot parse duration (".*"): a unit is missing; wanted numbers .*$/s,
    "time: missing unit in duration $1",
  ],
  [
    /^Cannot parse duration (".*"): a number is missing; wanted numbers .*$/s,
    "time: invalid duration $1",
  ],
];

const TIME_INTERVALS: readonly Rule[] = [
  [/^the (mute time|time) interval has no "name"$/, "missing name in $1 interval"],
  [/^Cannot use time interval (".*"): it is not unique$/s, "time interval $1 is not unique"],
  [/^Cannot read months .*: "(.*)" is not valid; .*$/s, "$1 is not a valid month"],
  [/^Cannot read weekdays .*: "(.*)" is not valid; .*$/s, "$1 is not a valid weekday"],
  [
    /^Cannot read days_of_month .*: (-?\d+) is out of range; .*$/s,
    "$1 is not a valid day of the month: out of range",
  ],
  [
    /^Cannot read days_of_month .*: end \S+ is positive while start \S+ is negative; .*$/s,
    "end day must be negative if start day is negative",
  ],
  [
    /^Cannot read days_of_month .*: end (\S+) is always before start ([^;]+);.*$/s,
    "end day $1 is always before start day $2",
  ],
  [
    /^Cannot read (month|year)s "([^:]*):([^"]*)": the end is before the start; .*$/s,
    "end $1 $3 is before start $1 $2",
  ],
  [
    /^Cannot read times: both start_time and end_time are wanted$/,
    "both start and end times must be provided",
  ],
  [
    /^Cannot read times: start_time .* is not before end_time .*$/s,
    "start time cannot be equal or greater than end time",
  ],
  [
    /^Cannot read (?:start|end)_time "(.*)": wanted HH:MM .*$/s,
    "couldn't parse timestamp $1, invalid format",
  ],
  [/^Cannot read location "(.*\.\..*|[/\\].*)": unknown; .*$/s, "time: invalid location name"],
  [/^Cannot read location "(.*)": unknown; .*$/s, "unknown time zone $1"],
];

const RECEIVERS: readonly Rule[] = [
  [/^the receiver has no "name"$/, "missing name in receiver"],
  [/^Cannot use receiver (".*"): it is not unique$/s, "notification config name $1 is not unique"],
  [
    /^label "name" must be the receiver's name (".*"), found (".*")$/s,
    'receiver label "name" must match receiver name $1, got $2',
  ],
  [
    /^a null stands where an? slack configuration is wanted$/,
    "no Slack API URL nor App token set either inline or in a file",
  ],
  [
    /^a null stands where an? opsgenie configuration is wanted$/,
    "no global OpsGenie API Key set either inline or in a file",
  ],
  [
    /^a null stands where an? wechat configuration is wanted$/,
    "no global Wechat Api Secret set either inline or in a file",
  ],
  [
    /^a null stands where an? rocketchat configuration is wanted$/,
    "no global Rocketchat TokenID set either inline or in a file",
  ],
  [
    /^one of "(bot_token|chat_id)" and "(bot_token_file|chat_id_file)" is wanted.*$/,
    "missing $1 or $2 on telegram_config",
  ],
  [/^an "api_url" is wanted, here or as global Jira URL$/, "no global Jira Cloud URL set"],
  [/^a VictorOps API Key is wanted, .*$/, "no global VictorOps API Key set"],
  [/^a null stands where an? (\w+) configuration is wanted$/, "missing $1 config"],
  [/^one of "(\w+)" and "(\w+)" is wanted$/, "one of $1 or $2 must be configured"],
  [/^at most one of "(\w+)" and "(\w+)" may be set$/, "at most one of $1 & $2 must be configured"],
  [
    /^at most one of "(\w+)"\/"(\w+)" and "(\w+)"\/"(\w+)" may be set$/,
    "at most one of $1/$2 & $3/$4 must be configured",
  ],
  [
    /^a (Slack API URL) or (App token) is wanted, here or globally, .*$/,
    "no $1 nor $2 set either inline or in a file",
  ],
  [
    /^an? ([\w ]+) is wanted, here or globally, in place or in a file$/,
    "no global $1 set either inline or in a file",
  ],
  [/^an? "\w+" is wanted, here or as global ([\w ]+)$/, "no global $1 set"],
  [/^the address "to" is missing$/, "missing to address in email config"],
  [
    /^"threading\.thread_by_date" must be "none" or "daily"$/,
    "threading.thread_by_date must be either 'none' or 'daily'",
  ],
  [
    /^"threading\.enabled" excludes an own header "(.*)"$/,
    "conflicting configuration: threading.enabled conflicts with custom $1 header",
  ],
  [
    /^"update_message" needs a bot token and "api_url" set to (.*)$/,
    "update_message can only be used with bot tokens. api_url must be set to $1",
  ],
  [
    /^"access_key" and "secret_key" of AWS SigV4 must be set together$/,
    "must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config",
  ],
  [
    /^"alert_source_token" or "alert_source_token_file" may not be set with .*$/,
    "cannot specify alert_source_token or alert_source_token_file when using http_config.authorization",
  ],
  [/^header (".*") is there twice$/s, "duplicate header $1 in email config"],
  [/^the Routing key "routing_key" is missing$/, "missing Routing key in VictorOps config"],
  [/^"(project|issue_type)" is missing$/, "missing $1 in jira_config"],
  [/^"room_id" is missing$/, "missing room_id on webex_config"],
  [/^one of "(\w+)" and "(\w+)" is wanted, .*$/, "missing $1 or $2 on mattermost_config"],
  [
    /^one Target ARN, Topic ARN or Phone Number for SNS is wanted .*$/,
    "must provide either a Target ARN, Topic ARN, or Phone Number for SNS config",
  ],
  [/^the field's "(title|value)" is missing$/, "missing $1 in Slack field configuration"],
  [/^the action's "(type|text)" is missing$/, "missing $1 in Slack action configuration"],
  [/^the confirmation's "text" is missing$/, "missing text in Slack confirmation configuration"],
  [
    /^a "service_key" or "routing_key" is wanted$/,
    "missing service or routing key in PagerDuty config",
  ],
  [/^a sender "from" is wanted, .*$/, "no global SMTP from set"],
  [/^the action needs a "name" or "url"$/, "missing name or url in Slack action configuration"],
  [
    /^"http_config\.authorization" is missing; .*$/,
    "missing webex_configs.http_config.authorization",
  ],
  [
    /^one of "alert_source_token" or "alert_source_token_file" and .* is wanted$/,
    "at least one of alert_source_token, alert_source_token_file or http_config.authorization must be configured",
  ],
  [
    /^message type (".*") is unknown; .*$/s,
    "weChat message type $1 does not match valid options ^(text|markdown)$$",
  ],
  [
    /^custom field "(\w+)" is one that every message has$/,
    "victorOps config contains custom field $1 which cannot be used as it conflicts with the fixed/static fields",
  ],
  [
    /^"parse_mode" ".*" is unknown; .*$/s,
    "unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string",
  ],
  [
    /^"api_type" ".*" is unknown; .*$/s,
    "unknown api_type on jira_config, must be auto, cloud or datacenter",
  ],
  [
    /^an HTTP authorization may not be set with a Slack App token$/,
    "http authorization can't be set when using Slack App tokens",
  ],
  [/^it is not a valid template: (.*)$/s, "invalid template syntax: $1"],
];

const TRACING: readonly Rule[] = [
  [/^the tracing "endpoint" is missing$/, "tracing endpoint must be set"],
  [
    /^tracing client type "http" or "grpc" wanted, "(.*)" found$/s,
    "expected tracing client type to be to be http or grpc, but got $1",
  ],
  [
    /^compression type "(.*)" is unknown; wanted gzip or none$/s,
    "invalid compression type $1 provided, valid options: gzip",
  ],
];

const EVENT_RECORDER: readonly Rule[] = [
  [/^the (event_recorder \w+ output) needs a "(\w+)"$/, "$1 requires a $2"],
  [
    /^the event_recorder kafka output needs at least one broker in "brokers"$/,
    "event_recorder kafka: at least one broker is required",
  ],
  [
    /^acks "(.*)" is unknown; .*$/s,
    'event_recorder kafka: unknown acks "$1", must be "none", "leader", or "all"',
  ],
  [
    /^format "(.*)" is unknown; .*$/s,
    'event_recorder kafka: unknown format "$1", must be "json" or "protobuf"',
  ],
  [/^compression "(.*)" is unknown; .*$/s, 'event_recorder kafka: unknown compression "$1"'],
];

const CLIENTS: readonly Rule[] = [
  [
    /^it is not a URL: its first part contains a colon; it is (".*")$/s,
    "parse $1: first path segment in URL cannot contain colon",
  ],
  [
    /^signature algorithm ".*" is unknown; .*$/s,
    "valid signature algorithms are RS256, RS384 and RS512",
  ],
  [
    /^at most one of oauth2's "(\w+)", "(\w+)" and "(\w+)" may be set.*$/s,
    "at most one of oauth2 $1, $2 & $3 must be configured using grant-type=urn:ietf:params:oauth:grant-type:jwt-bearer",
  ],
  [
    /^"proxy_connect_header" needs .*$/,
    "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured",
  ],
  [
    /^scheme "http" or "https" wanted in its URL, (".*?") found.*$/s,
    "unsupported scheme $1 for URL",
  ],
  [/^the host is missing in its URL.*$/s, "missing host for URL"],
  [/^the port is missing in address "(.*)"$/s, "address $1: missing port in address"],
  [/^the port is empty in address (".*")$/s, "address $1: port cannot be empty"],
  [/^there are too many colons in address "(.*)"$/s, "address $1: too many colons in address"],
  [/^TLS version "(.*)" is unknown; .*$/s, "unknown TLS version: $1"],
  [
    /^a client certificate needs one of "key" and "key_file" too$/,
    "exactly one of key or key_file must be configured when a client certificate is configured",
  ],
  [
    /^at most one of "key", "key_file" and "key_ref" may be set$/,
    "at most one of key and key_file must be configured",
  ],
  [
    /^at most one of "(\w+)", "(\w+)" and "(\w+)" may be set$/,
    "at most one of $1, $2 & $3 must be configured",
  ],
  [
    /^at most one of basic_auth's "(\w+)", "(\w+)" and "(\w+)" may be set$/,
    "at most one of basic_auth $1, $2 & $3 must be configured",
  ],
  [
    /^at most one of authorization's "(\w+)", "(\w+)" and .*$/,
    "at most one of authorization $1 & $2 must be configured",
  ],
  [
    /^at most one of "basic_auth", .*, found "basic_auth" and "(?:oauth2|authorization)"$/,
    "at most one of basic_auth, oauth2 & authorization must be configured",
  ],
  [
    /^at most one of "basic_auth", .*, found "authorization" and "bearer_token".*$/,
    "authorization is not compatible with bearer_token & bearer_token_file",
  ],
  [
    /^at most one of "basic_auth", "oauth2", "authorization", .*$/,
    "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured",
  ],
  [
    /^authorization type "basic" is not allowed; use "basic_auth"$/,
    'authorization type cannot be set to "basic", use "basic_auth" instead',
  ],
  [/^oauth2 needs "(\w+)"$/, "oauth2 $1 must be configured"],
  [/^header (".*") may not be set$/s, "setting header $1 is not allowed"],
  [
    /^"proxy_url" may not be set with "proxy_from_environment"$/,
    "if proxy_from_environment is configured, proxy_url must not be configured",
  ],
  [
    /^"no_proxy" needs "proxy_url"$/,
    "if no_proxy is configured, proxy_url must also be configured",
  ],
];

/** The first that fits counts; `$1` and so on are what it has found. */
export const RULE_WORDS: readonly Rule[] = [
  ...ROUTES,
  ...MATCHERS,
  ...DURATIONS,
  ...TIME_INTERVALS,
  ...RECEIVERS,
  ...TRACING,
  ...EVENT_RECORDER,
  ...CLIENTS,
];
