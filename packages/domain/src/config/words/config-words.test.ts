import { parseConfig } from "../parse-config.ts";
import { assert, describe, expect, test } from "vitest";

import { configRefusal } from "./config-words.ts";

const RECEIVERS = "receivers: [{name: a}]\n";
const ROUTE = "route: {receiver: a}\n";

function refusalOf(text: string): string {
  const parsed = parseConfig(text);
  assert(!parsed.ok, "it is accepted");
  return configRefusal(parsed.problems);
}

describe("configRefusal()", () => {
  test.each([
    { text: "route: [", words: "yaml: line 1: did not find expected node content" },
    {
      text: `${ROUTE}${RECEIVERS}foo: 1\n`,
      words: "yaml: unmarshal errors:\n  line 3: field foo not found in type config.plain",
    },
    {
      text: `route: {receiver: a, group_wait: [1]}\n${RECEIVERS}foo: 1\n`,
      words:
        "yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into string\n" +
        "  line 3: field foo not found in type config.plain",
    },
    {
      text: `${ROUTE}receivers: [{name: a, jira_configs: [{nope: 1}]}]\n`,
      words: "yaml: unmarshal errors:\n  line 2: field nope not found in type jira.plain",
    },
    { text: `route: {receiver: x}\n${RECEIVERS}`, words: 'undefined receiver "x" used in route' },
    {
      text: `route: {receiver: a, group_wait: 5x}\n${RECEIVERS}`,
      words: 'unknown unit "x" in duration "5x"',
    },
    {
      text: `route: {receiver: a, routes: [{matchers: ['a="b']}]}\n${RECEIVERS}`,
      words: 'matcher value contains unescaped double quote: "b',
    },
    {
      text: `${ROUTE}${RECEIVERS}time_intervals: [{name: x, time_intervals: [{months: ['smarch']}]}]\n`,
      words: "smarch is not a valid month",
    },
    {
      text: `route: {receiver: a, continue: true}\n${RECEIVERS}`,
      words: "cannot have continue in root route",
    },
    {
      text: `${ROUTE}receivers: [{name: a, webhook_configs: {}}]\n`,
      words:
        "yaml: unmarshal errors:\n  line 2: cannot unmarshal !!map into []*webhook.WebhookConfig",
    },
    {
      text: `${ROUTE}receivers: [{name: a, webhook_configs: [{url: 'ftp://b'}]}]\n`,
      words: 'invalid URL: unsupported scheme "ftp" for URL',
    },
    {
      text:
        `${ROUTE}receivers: [{name: a, mattermost_configs: [` +
        `{webhook_url: 'http://b', attachments: [{fields: [{value: x}]}]}]}]\n`,
      words: "missing title in Mattermost field configuration",
    },
    {
      text: `route: {receiver: a, group_wait: 1m1h}\n${RECEIVERS}`,
      words: 'not a valid duration string: "1m1h"',
    },
    {
      text:
        `${ROUTE}receivers: [{name: a, opsgenie_configs: [` +
        `{api_key: k, responders: [{name: n, type: x}]}]}]\n`,
      words:
        "opsGenieConfig responder { n  x} type does not match valid options " +
        "^(team|teams|user|escalation|schedule)$",
    },
    {
      text: `${ROUTE}receivers: [{name: a, labels: {b: c, b: d}, sns_configs: [{nope: 1, sigv4: x}]}]\n`,
      words:
        'yaml: unmarshal errors:\n  line 2: key "b" already set in map\n' +
        "  line 2: field nope not found in type config.plain\n" +
        "  line 2: cannot unmarshal !!str `x` into sigv4.plain",
    },
    {
      text: `nope: 1\n${ROUTE}receivers: [{name: a, pushover_configs: [{token: t}]}]\n`,
      words: "one of user_key or user_key_file must be configured",
    },
    {
      text: `${ROUTE}${RECEIVERS}templates: 18446744073709551616\n`,
      words:
        "yaml: unmarshal errors:\n  line 3: cannot unmarshal !!float `1844674...` into []string",
    },
    {
      text: "route: {receiver: q}\nreceivers: [{name: a}, {name: a}]\n",
      words: 'notification config name "a" is not unique',
    },
    {
      text: `route: {receiver: a, routes: [{mute_time_intervals: [y]}, {receiver: q}]}\n${RECEIVERS}`,
      words: 'undefined receiver "q" used in route',
    },
    {
      text:
        `${ROUTE}receivers: [{name: a, pushover_configs: [{token: [q], retry: [q]}], ` +
        `slack_configs: [{actions: {}}]}]\n`,
      words:
        "yaml: unmarshal errors:\n  line 2: cannot unmarshal !!seq into config.plain\n" +
        "  line 2: cannot unmarshal !!seq into config.duration\n" +
        "  line 2: cannot unmarshal !!map into []*config.SlackAction",
    },
    { text: "a: b: c\n", words: "yaml: mapping values are not allowed in this context" },
    {
      text: "route:\n  receiver: a: b\n",
      words: "yaml: line 2: mapping values are not allowed in this context",
    },
    { text: "route: a\u0001\n", words: "yaml: control characters are not allowed" },
    { text: "%YAML 3.0\n---\nroute: {}\n", words: "yaml: found incompatible YAML document" },
    {
      text: "<<: x\nroute: {}\n",
      words: "yaml: map merge requires map or sequence of maps as the value",
    },
    {
      text: "route: !!foo x\n",
      words: "yaml: unmarshal errors:\n  line 1: cannot unmarshal !!foo `x` into config.plain",
    },
    { text: `${ROUTE}${RECEIVERS}tracing: {}\n`, words: "tracing endpoint must be set" },
  ])("says $words", ({ text, words }) => {
    expect(refusalOf(text)).toBe(words);
  });

  test("says the first fault of meaning alone, as upstream stops there", () => {
    const text = `route: {receiver: x, routes: [{receiver: y}]}\n${RECEIVERS}`;
    expect(refusalOf(text)).toBe('undefined receiver "x" used in route');
  });

  test("says what upstream has no words for with its place", () => {
    expect(refusalOf(`route: {receiver: a, routes: [~]}\n${RECEIVERS}`)).toMatch(
      /^line 1, column /,
    );
  });
});
