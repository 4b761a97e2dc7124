import { describe, expect, it } from "vitest";
import { findHostAccess } from "../host-access.ts";
import { parseConfig } from "../parse-config.ts";
import { hostAccessRefusal } from "./host-words.ts";

function refusalOf(text: string): string | undefined {
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => problem.message).join("; "));
  const found = findHostAccess(parsed.config, text);
  return found && hostAccessRefusal(found);
}

const ROUTE = "route: {receiver: r}\n";
const hookWith = (settings: string): string =>
  `${ROUTE}receivers: [{name: r, webhook_configs: [${settings}]}]\n`;
const globally = (settings: string): string =>
  `global: {${settings}}\n${ROUTE}receivers: [{name: r}]\n`;

describe("hostAccessRefusal()", () => {
  const cases = [
    { text: hookWith("{url_file: /a}"), wanted: "Webhook url_file is" },
    {
      text: hookWith("{url: 'http://a', http_config: {basic_auth: {username_file: /a}}}"),
      wanted: "username_file is",
    },
    {
      text: hookWith("{url: 'http://a', http_config: {tls_config: {ca_file: /a}}}"),
      wanted: "TLS ca_file, cert_file and key_file is",
    },
    {
      text: `${ROUTE}receivers: [{name: r, slack_configs: [{api_url_file: /a}]}]\n`,
      wanted: "Slack api_url_file and global slack_api_url_file is",
    },
    {
      text: globally("telegram_bot_token_file: /a"),
      wanted: "Telegram bot_token_file and global telegram_bot_token_file are",
    },
    {
      text: globally("smtp_auth_password_file: /a"),
      wanted: "Email auth_password_file and global smtp_auth_password_file is",
    },
  ];
  it.for(cases)("says what Cortex says: $wanted", ({ text, wanted }) => {
    expect(refusalOf(text)).toBe(`setting ${wanted} not allowed`);
  });

  it("has no words for what Cortex allows", () => {
    const proxied = hookWith("{url: 'http://a', http_config: {proxy_from_environment: true}}");
    expect(refusalOf(proxied)).toBeUndefined();
  });
});
