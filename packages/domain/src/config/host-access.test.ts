import { describe, expect, it } from "vitest";
import { findHostAccess, type HostAccess } from "./host-access.ts";
import { parseConfig } from "./parse-config.ts";

const ROUTE = "route: {receiver: r, labels: {LogFile: x}}\n";
const URL = "url: http://example.com/";

function receiverOf(kind: string, settings: string): string {
  return `${ROUTE}receivers: [{name: r, ${kind}_configs: [{${settings}}]}]\n`;
}

function found(text: string): HostAccess | undefined {
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => problem.message).join("; "));
  return findHostAccess(parsed.config, text);
}

describe("findHostAccess()", () => {
  const reaching = [
    { name: "url_file", text: receiverOf("webhook", "url_file: /a") },
    {
      name: "credentials_file",
      text: receiverOf("webhook", `${URL}, http_config: {authorization: {credentials_file: /a}}`),
    },
    {
      name: "password_file",
      text: receiverOf(
        "webhook",
        `${URL}, http_config: {basic_auth: {username: u, password_file: /a}}`,
      ),
    },
    {
      name: "ca_file",
      text: receiverOf("webhook", `${URL}, http_config: {tls_config: {ca_file: /a}}`),
    },
    {
      name: "files",
      text: receiverOf("webhook", `${URL}, http_config: {http_headers: {X: {files: [/a]}}}`),
    },
    {
      name: "proxy_from_environment",
      text: receiverOf("webhook", `${URL}, http_config: {proxy_from_environment: true}`),
    },
    {
      name: "proxy_url",
      text: receiverOf("webhook", `${URL}, http_config: {proxy_url: "http://proxy/"}`),
    },
    {
      name: "profile",
      text: receiverOf("sns", "topic_arn: 'arn:aws:sns:a:1:t', sigv4: {region: a, profile: admin}"),
    },
    {
      name: "client_secret_file",
      text: receiverOf(
        "webhook",
        `${URL}, http_config: {oauth2: {client_id: i, token_url: http://e/, client_secret_file: /a}}`,
      ),
    },
    { name: "service_key_file", text: receiverOf("pagerduty", "service_key_file: /a") },
    {
      name: "slack_api_url_file",
      text: `global: {slack_api_url_file: /a}\n${ROUTE}receivers: [{name: r}]\n`,
    },
    {
      name: "auth_password_file",
      text: receiverOf("email", "to: a@b, from: a@b, smarthost: 'h:25', auth_password_file: /a"),
    },
  ];
  it.for(reaching)("finds $name", ({ name, text }) => {
    expect(found(text)?.field).toBe(name);
  });

  const harmless = [
    {
      name: "a webhook",
      text: receiverOf("webhook", `${URL}, http_config: {basic_auth: {username: u, password: p}}`),
    },
    {
      name: "own keys like fields",
      text: receiverOf("pagerduty", "service_key: k, details: {urlFile: /a, files: [b]}"),
    },
    { name: "templates", text: `${ROUTE}receivers: [{name: r}]\ntemplates: [/etc/passwd]\n` },
  ];
  it.for(harmless)("lets $name pass", ({ text }) => {
    expect(found(text)).toBeUndefined();
  });

  const placed = [
    {
      name: "in a block",
      lines: [
        "route: {receiver: r}",
        "receivers:",
        "- name: r",
        "  webhook_configs:",
        "  - url: http://e/",
        "  - url_file: /a",
      ],
      line: 6,
      column: 15,
    },
    {
      name: "behind an alias and a merge key",
      lines: [
        "route: {receiver: r}",
        "receivers:",
        "- name: q",
        "  webhook_configs:",
        "  - &hook {url: http://e/, http_config: {proxy_url: http://p/}}",
        "- name: r",
        "  webhook_configs: [{<<: *hook}]",
      ],
      line: 5,
      column: 53,
    },
    {
      name: "under a header",
      lines: [
        "# own words",
        "route: {receiver: r}",
        "receivers:",
        "- name: r",
        `  webhook_configs: [{${URL}, http_config: {http_headers: {X-A: {files: [/a]}}}}]`,
      ],
      line: 5,
      column: 90,
    },
  ];
  it.for(placed)("says where it is: $name", ({ lines, line, column }) => {
    expect(found(lines.join("\n"))).toMatchObject({ line, column });
  });
});
