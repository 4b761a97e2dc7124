import { expect, test } from "vitest";
import { marshalConfigInUse } from "./in-use.ts";
import { marshalConfig, parseConfig } from "./parse-config.ts";
import type { ConfigParse, ParseConfigOptions } from "./parse-config.ts";

const BASE = "route:\n  receiver: hub\nreceivers:\n- name: hub\n";

function problems(text: string, options?: ParseConfigOptions): string[] {
  const result = parseConfig(text, options);
  if (result.ok) return [];
  return result.problems.map(
    ({ line, column, message, hint }) => `${line}:${column} ${message}${hint ? ` (${hint})` : ""}`,
  );
}

function accepted(result: ConfigParse): Extract<ConfigParse, { ok: true }> {
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result;
}

test("parseConfig points at an unknown key and says which one was meant", () => {
  expect(problems(BASE.replace("receiver:", "reciever:"))).toEqual([
    '2:3 Cannot read "route": key "reciever" is unknown (Did you mean "receiver"?)',
  ]);
});

test("parseConfig tells all faults of shape before any of meaning, in the order of the text", () => {
  const text = `global:\n  resolve_timeout: x\n  smtp_require_tls: 1\n${BASE}  x_configs: []\n`;
  expect(problems(text).map((problem) => problem.slice(0, problem.indexOf(":", 3)))).toEqual([
    '3:21 Cannot read "global.smtp_require_tls"',
    '8:3 Cannot read "receivers[0]"',
    '2:20 Cannot use "global.resolve_timeout"',
  ]);
});

test("parseConfig points at names that nothing defines", () => {
  const routes = "  routes:\n  - receiver: hob\n    mute_time_intervals: [nights]\n";
  const intervals = "time_intervals:\n- name: night\n  time_intervals: []\n";
  const text = BASE.replace("hub\n", `hub\n${routes}`) + intervals;
  expect(problems(text)).toEqual([
    '4:15 Cannot use "route.routes[0]": undefined receiver "hob" (Did you mean "hub"?)',
    '5:26 Cannot use "route.routes[0]": undefined time interval "nights" (Did you mean "night"?)',
  ]);
});

test("parseConfig refuses a key or a name that is there twice, but not one that is merged", () => {
  expect(problems(`${BASE}- name: hub\n`)).toEqual([
    '5:9 Cannot use receiver "hub": it is not unique',
  ]);
  expect(problems(`${BASE}templates: []\ntemplates: []\n`)).toEqual([
    '6:1 Cannot read the configuration: key "templates" is there twice',
  ]);
  expect(problems("route: &r {receiver: hub}\nreceivers: [{name: hub}]\ntemplates: []\n")).toEqual(
    [],
  );
  const merged = "route: {receiver: hub, <<: {receiver: pit}}\nreceivers: [{name: pit}]\n";
  expect(accepted(parseConfig(merged)).config.route.receiver).toBe("pit");
});

test.each([
  ["", "no route is provided"],
  ["{}", 'the "route" is missing'],
  ["route: {receiver: x}", 'undefined receiver "x"'],
  ["route: {receiver: hub, continue: true}\nreceivers: [{name: hub}]", "continue"],
  ["route: {receiver: hub, routes: [~]}\nreceivers: [{name: hub}]", "null found"],
  [`${BASE}  slack_configs: [~]`, "a null stands where a slack configuration is wanted"],
  [`${BASE}  slack_configs: [{app_token: t, update_message: true}]`, '"update_message" needs'],
  [
    `global: {slack_app_token: a, slack_api_url_file: b}\n${BASE}`,
    'at most one of "slack_app_token"',
  ],
  [`${BASE}  msteamsv2_configs: [{webhook_url: 'http://x'}]\nglobal: {http_config: }`, "is null"],
  [`${BASE}  webhook_configs: [{url: 'http://x/{{ toUpper }}'}]`, 'function "toUpper" not defined'],
])("parseConfig refuses %j", (text, reason) => {
  expect(problems(text).join("\n")).toContain(reason);
});

test("parseConfig never tells a secret", () => {
  const secrets = `global:
  slack_api_url: ftp://token-1@x
  opsgenie_api_url: https://x
${BASE}  webhook_configs:
  - url: gopher://token-2/x
  pagerduty_configs:
  - routing_key: [token-3]
`;
  const told = problems(secrets).join("\n");
  expect(told).toContain("slack_api_url");
  expect(told).not.toMatch(/token-\d/);
});

test("parseConfig names its own limits", () => {
  expect(problems(BASE, { sizeMaxBytes: 10 })[0]).toContain("10 are allowed");
  expect(problems(`route: ${"[".repeat(200)}`)[0]).toContain("maxDepth");
  const rows = Array.from(
    { length: 8 },
    (_, at) => `k${at}: &k${at} [${`*k${at - 1},`.repeat(10)}]`,
  );
  const bomb = `payload: &k-1 [1]\n${rows.join("\n")}\n`.replaceAll("\n", "\n      ");
  const text = `${BASE}  webhook_configs:\n  - url: http://x\n    payload:\n      ${bomb}\n`;
  expect(problems(text)).toEqual([expect.stringContaining("its aliases multiply it too far")]);
  expect(problems("route: &r {receiver: x, routes: [*r]}")[0]).toContain("contains itself");
  expect(problems("route: &r {receiver: x, <<: *r}")[0]).toContain("contains itself");
});

test("parseConfig tells no more than a hundred faults, each in bounds", () => {
  const keys = Array.from({ length: 5_000 }, (_, at) => `k${at}: 1`).join("\n");
  expect(problems(keys)).toHaveLength(100);
  expect(problems(`global: {resolve_timeout: ${"1".repeat(100_000)}}`)[0]?.length).toBeLessThan(
    1_100,
  );
});

test("parseConfig reads bytes, and refuses those that are no text", () => {
  const bytes = new TextEncoder().encode(`\ufeff${BASE}`);
  expect(accepted(parseConfig(bytes)).config.route.receiver).toBe("hub");
  expect(problems(BASE.replace("hub", "\u0001"))[0]).toContain(
    "2:13 Cannot read the YAML: control",
  );
  const broken = parseConfig(Uint8Array.of(0x61, 0xff));
  expect(broken.ok ? [] : broken.problems).toMatchObject([{ line: 1, column: 2 }]);
});

test("parseConfig takes label names and matchers by the mode", () => {
  const text = BASE.replace("hub\n", "hub\n  group_by: [é]\n");
  expect(problems(text)).toEqual([]);
  expect(problems(text, { matcherMode: "classic" })).toEqual([
    '3:13 Cannot use "route": "é" in "group_by" is not a valid label name',
  ]);
});

test("parseConfig warns of bare nanoseconds", () => {
  const text = `${BASE}  webhook_configs:
  - url: http://x
    timeout: 5
`;
  expect(accepted(parseConfig(text)).warnings).toEqual([
    'Check "receivers[0].webhook_configs[0].timeout": 5 without a unit is 5ns; add a unit such as "s"',
  ]);
});

test("parseConfig lists integrations in the order of kinds, and shares the global client", () => {
  const text = `${BASE}  discord_configs:
  - webhook_url: http://d
  webhook_configs:
  - url: http://a
  - url: http://b
`;
  const [receiver] = accepted(parseConfig(text)).config.receivers;
  const shown = receiver?.integrations.map(({ kind, index }) => `${kind}[${index}]`);
  expect(shown).toEqual(["webhook[0]", "webhook[1]", "discord[0]"]);
  const clients = receiver?.integrations.map(
    ({ settings }) => (settings as { httpConfig: unknown }).httpConfig,
  );
  expect(new Set(clients).size).toBe(1);
});

test("parseConfig keeps keys such as __proto__ apart from the objects' own", () => {
  const text = `${BASE}  opsgenie_configs:\n  - api_key: k\n    details: {__proto__: x}\n`;
  const { config } = accepted(parseConfig(text));
  expect(marshalConfig(config)).toContain("__proto__: x");
  expect(problems(`${BASE}__proto__: {}\nconstructor: {}\n`)).toHaveLength(2);
});

test("parseConfig makes regular expressions of match_re as they stand in route keys", () => {
  const text = BASE.replace(
    "hub\n",
    'hub\n  routes:\n  - match: {b: "2"}\n    match_re: {a: "1|2"}\n    matchers: [c!=d]\n',
  );
  expect(accepted(parseConfig(text)).config.route.routes[0]?.matchers).toEqual([
    { name: "a", type: "=~", value: "^(?:1|2)$" },
    { name: "b", type: "=", value: "2" },
    { name: "c", type: "!=", value: "d" },
  ]);
});

test("marshalConfigInUse() names the headers that every mail gets, own ones first", () => {
  const { config } = accepted(
    parseConfig(
      "route: {receiver: a}\nreceivers: [{name: a, email_configs: [{to: b@x, from: a@x, smarthost: 'x:25', " +
        "headers: {to: c@x}}]}]\n",
    ),
  );
  expect(marshalConfig(config)).not.toContain("From:");
  expect(marshalConfigInUse(config)).toContain(
    `From: a@x\n      Subject: '{{ template "email.default.subject" . }}'\n      To: c@x\n`,
  );
});

test("marshalConfig hides every secret and can be read again", () => {
  const http = "    http_config:\n      basic_auth: {username: u, password: pw}\n";
  const text = `${BASE}  webhook_configs:\n  - url: http://x/token\n${http}`;
  const written = marshalConfig(accepted(parseConfig(text)).config);
  expect(written).not.toMatch(/token|pw/);
  expect(marshalConfig(accepted(parseConfig(written)).config)).toBe(written);
});

test("parseConfig refuses more nodes than allowed, whatever they are", () => {
  const limits = { nodeCountMax: 10, regexStepsMax: 100 };
  expect(problems(BASE, { limits })).toEqual([]);
  expect(problems(`${BASE}templates: []\n`, { limits })).toEqual([
    "1:1 Cannot read the configuration: it has 12 nodes, 10 are allowed",
  ]);
});

test("parseConfig refuses a regular expression of a tenant that takes too long alone", () => {
  const rules = (pattern: string): string =>
    `${BASE}inhibit_rules: [{source_matchers: ['a=~"${pattern}"']}]\n`;
  const limits = { nodeCountMax: 1_000, regexStepsMax: 40_000 };
  expect(problems(rules("x{900}y{900}z"), { limits })).toEqual([]);
  const folded = rules(`(?i)${"[B-\u{1e942}]".repeat(20)}`);
  expect(problems(folded, { limits })).toEqual([
    expect.stringMatching(
      /the regular expression has \d+ steps, 4000 are allowed for one$/,
    ) as string,
  ]);
  expect(parseConfig(folded).ok).toBe(true);
});

test("parseConfig compiles no regular expression beyond those that are allowed", () => {
  const routes = (...matchers: string[]): string =>
    `${BASE}inhibit_rules: [{source_matchers: ['${matchers.join("', '")}']}]\n`;
  const limits = { nodeCountMax: 1_000, regexStepsMax: 1_000 };
  const short = 'a=~"x{400}y"';
  const long = 'a=~"x{900}("'; // Which does not compile: it is never tried.
  expect(problems(routes(short, 'b=~"one|two|three"', "c=d"), { limits })).toEqual([]);
  const refused = parseConfig(routes(short, long), { limits });
  expect(refused).toMatchObject({ ok: false, lacksRegexSteps: true });
  const text = routes(short, long);
  expect(problems(text, { limits })).toEqual([
    expect.stringMatching(
      /the regular expressions up to here have \d+ steps, 1000 are allowed$/,
    ) as string,
  ]);
  expect(parseConfig(routes("a=~(")).ok).toBe(false);
  expect(parseConfig(routes("a=~("), { limits })).toMatchObject({ lacksRegexSteps: false });
  const matchRe = `route: {receiver: hub, routes: [{match_re: {a: "x{900}", b: "y{900}"}}]}\n`;
  const old = `${matchRe}receivers: [{name: hub}]\n`;
  expect(parseConfig(old, { limits })).toMatchObject({ lacksRegexSteps: true });
  expect(parseConfig(old).ok).toBe(true);
});
