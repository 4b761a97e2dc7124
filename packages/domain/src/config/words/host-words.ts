/** What Cortex says of a tenant's configuration that names a file of the host. */
import type { HostAccess } from "../host-access.ts";

const NAMES: ReadonlyMap<string, string> = new Map([
  ["discord", "Discord"],
  ["email", "Email"],
  ["incidentio", "IncidentIO"],
  ["mattermost", "Mattermost"],
  ["msteams", "MSTeams"],
  ["opsgenie", "OpsGenie"],
  ["pagerduty", "PagerDuty"],
  ["pushover", "PushOver"],
  ["rocketchat", "RocketChat"],
  ["slack", "Slack"],
  ["telegram", "Telegram"],
  ["victorops", "VictorOps"],
  ["webhook", "Webhook"],
  ["wechat", "Wechat"],
]);

/** Fields that have a default among the global ones, by receivers; those of e-mail are named otherwise. */
const WITH_GLOBAL: ReadonlyMap<string, RegExp> = new Map([
  ["email", /^auth_(password|secret)_file$/],
  ["opsgenie", /^api_key_file$/],
  ["rocketchat", /^token(_id)?_file$/],
  ["slack", /^api_url_file$/],
  ["telegram", /^bot_token_file$/],
  ["victorops", /^api_key_file$/],
  ["wechat", /^api_secret_file$/],
]);

const COMMON: readonly (readonly [RegExp, string])[] = [
  [/^(ca|cert|key)_file$/, "TLS ca_file, cert_file and key_file"],
  [/^(bearer_token|credentials)_file$/, "bearer_token_file and credentials_file"],
  [/^(password|username)_file$/, "$&"],
  [/^client_(secret|certificate_key)_file$/, "OAuth2 $&"],
];

/** Undefined: Cortex has no words for it. */
export function hostAccessRefusal({ field, integration }: HostAccess): string | undefined {
  const what = integration === undefined ? commonWords(field) : ownWords(integration, field);
  // One of them is said in the plural.
  const verb = what?.includes("Telegram bot_token_file") === true ? "are" : "is";
  return what && `setting ${what} ${verb} not allowed`;
}

function commonWords(field: string): string | undefined {
  for (const [form, words] of COMMON) if (form.test(field)) return field.replace(form, words);
  for (const [integration, form] of WITH_GLOBAL) {
    const prefix = `${globalPrefix(integration)}_`;
    const own = field.slice(prefix.length);
    if (field.startsWith(prefix) && form.test(own)) return ownWords(integration, own);
  }
  return undefined;
}

function ownWords(integration: string, field: string): string | undefined {
  const name = NAMES.get(integration);
  if (name === undefined) return undefined;
  const hasGlobal = WITH_GLOBAL.get(integration)?.test(field) === true;
  const global = hasGlobal ? ` and global ${globalPrefix(integration)}_${field}` : "";
  return `${name} ${field}${global}`;
}

function globalPrefix(integration: string): string {
  return integration === "email" ? "smtp" : integration;
}
