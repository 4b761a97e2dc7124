/** All kinds of integrations, in the order in which a receiver is written. */
import { discord } from "./discord.ts";
import type { DiscordSettings } from "./discord.ts";
import { email } from "./email.ts";
import type { EmailSettings } from "./email.ts";
import { incidentio } from "./incidentio.ts";
import type { IncidentioSettings } from "./incidentio.ts";
import { jira } from "./jira.ts";
import type { JiraSettings } from "./jira.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";
import { mattermost } from "./mattermost.ts";
import type { MattermostSettings } from "./mattermost.ts";
import { msteams } from "./msteams.ts";
import type { MsteamsSettings } from "./msteams.ts";
import { msteamsv2 } from "./msteamsv2.ts";
import type { Msteamsv2Settings } from "./msteamsv2.ts";
import { opsgenie } from "./opsgenie.ts";
import type { OpsgenieSettings } from "./opsgenie.ts";
import { pagerduty } from "./pagerduty.ts";
import type { PagerdutySettings } from "./pagerduty.ts";
import { pushover } from "./pushover.ts";
import type { PushoverSettings } from "./pushover.ts";
import { rocketchat } from "./rocketchat.ts";
import type { RocketchatSettings } from "./rocketchat.ts";
import { slack } from "./slack.ts";
import type { SlackSettings } from "./slack.ts";
import { sns } from "./sns.ts";
import type { SnsSettings } from "./sns.ts";
import { telegram } from "./telegram.ts";
import type { TelegramSettings } from "./telegram.ts";
import { victorops } from "./victorops.ts";
import type { VictoropsSettings } from "./victorops.ts";
import { webex } from "./webex.ts";
import type { WebexSettings } from "./webex.ts";
import { webhook } from "./webhook.ts";
import type { WebhookSettings } from "./webhook.ts";
import { wechat } from "./wechat.ts";
import type { WechatSettings } from "./wechat.ts";

/** The type of an integration's settings by its kind. */
export interface SettingsByKind {
  readonly discord: DiscordSettings;
  readonly email: EmailSettings;
  readonly incidentio: IncidentioSettings;
  readonly pagerduty: PagerdutySettings;
  readonly slack: SlackSettings;
  readonly webhook: WebhookSettings;
  readonly opsgenie: OpsgenieSettings;
  readonly wechat: WechatSettings;
  readonly pushover: PushoverSettings;
  readonly victorops: VictoropsSettings;
  readonly sns: SnsSettings;
  readonly telegram: TelegramSettings;
  readonly webex: WebexSettings;
  readonly msteams: MsteamsSettings;
  readonly msteamsv2: Msteamsv2Settings;
  readonly jira: JiraSettings;
  readonly rocketchat: RocketchatSettings;
  readonly mattermost: MattermostSettings;
}

export type IntegrationKind = keyof SettingsByKind;

/** The tables by kind, for those who show or edit configurations. */
export const RECEIVER_KINDS: {
  readonly [K in IntegrationKind]: ReceiverKind<SettingsByKind[K]>;
} = {
  discord,
  email,
  incidentio,
  pagerduty,
  slack,
  webhook,
  opsgenie,
  wechat,
  pushover,
  victorops,
  sns,
  telegram,
  webex,
  msteams,
  msteamsv2,
  jira,
  rocketchat,
  mattermost,
};

export const INTEGRATION_KINDS: readonly IntegrationKind[] = Object.keys(
  RECEIVER_KINDS,
) as IntegrationKind[]; // The table has no keys but these.

/** The order in which upstream builds the integrations of a receiver (`config/receiver/receiver.go`). */
export const BUILD_ORDER: readonly IntegrationKind[] = [
  "webhook",
  "email",
  "pagerduty",
  "opsgenie",
  "wechat",
  "slack",
  "victorops",
  "pushover",
  "sns",
  "telegram",
  "discord",
  "webex",
  "msteams",
  "msteamsv2",
  "jira",
  "incidentio",
  "rocketchat",
  "mattermost",
];

/** A kind whose settings are only known to be those that it makes itself. */
export function receiverKind(kind: IntegrationKind): ReceiverKind<CommonSettings> {
  // A kind is only ever given settings that were read by its own shape.
  return RECEIVER_KINDS[kind] as unknown as ReceiverKind<CommonSettings>;
}
