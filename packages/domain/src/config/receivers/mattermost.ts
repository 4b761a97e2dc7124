import { reportBoth } from "../global.ts";
import type { GlobalConfig } from "../global.ts";
import { httpConfig } from "../http-config.ts";
import type { HttpConfig } from "../http-config.ts";
import { bool, field, listOf, optional, secretUrl, struct, text } from "../schema/index.ts";
import type { Draft, Report, StructShape } from "../schema/index.ts";
import { inheritHttp, sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";
import { mattermostAttachment, mattermostField } from "./mattermost-attachment.ts";
import type { MattermostAttachment, MattermostField } from "./mattermost-attachment.ts";

/** Mirrors `notify/mattermost/config.go` of Alertmanager 0.34. A text that is empty is not set. */
export interface MattermostSettings extends CommonSettings {
  readonly httpConfig: HttpConfig | undefined;
  /** Secret. */
  readonly webhookUrl: string | undefined;
  readonly webhookUrlFile: string;
  /** Template, as all texts below. */
  readonly channel: string;
  readonly username: string;
  readonly text: string;
  readonly fallback: string;
  readonly color: string;
  readonly pretext: string;
  readonly authorName: string;
  readonly authorLink: string;
  readonly authorIcon: string;
  readonly title: string;
  readonly titleLink: string;
  readonly fields: readonly (MattermostField | undefined)[] | undefined;
  readonly thumbUrl: string;
  readonly footer: string;
  readonly footerIcon: string;
  readonly imageUrl: string;
  readonly iconUrl: string;
  readonly iconEmoji: string;
  readonly attachments: readonly (MattermostAttachment | undefined)[] | undefined;
  readonly type: string;
  readonly props: MattermostProps | undefined;
  readonly priority: MattermostPriority | undefined;
}

export interface MattermostProps {
  readonly card: string;
}

export interface MattermostPriority {
  readonly priority: string;
  readonly requestedAck: boolean;
  readonly persistentNotifications: boolean;
}

const props: StructShape<MattermostProps> = struct<MattermostProps>({ card: field("card", text) });

const priority: StructShape<MattermostPriority> = struct<MattermostPriority>({
  priority: field("priority", text),
  requestedAck: field("requested_ack", bool),
  persistentNotifications: field("persistent_notifications", bool),
});

function standard(name: string): string {
  return `{{ template "mattermost.default.${name}" . }}`;
}

const mattermostSettings: StructShape<MattermostSettings> = struct<MattermostSettings>(
  {
    sendResolved: sendResolved(true),
    httpConfig: field("http_config", optional(httpConfig)),
    webhookUrl: field("webhook_url", secretUrl),
    webhookUrlFile: field("webhook_url_file", text),
    channel: field("channel", text),
    username: field("username", text, standard("username")),
    text: field("text", text, standard("text")),
    fallback: field("fallback", text, standard("fallback")),
    color: field("color", text, standard("color")),
    pretext: field("pretext", text),
    authorName: field("author_name", text),
    authorLink: field("author_link", text),
    authorIcon: field("author_icon", text),
    title: field("title", text, standard("title")),
    titleLink: field("title_link", text, standard("titlelink")),
    fields: field("fields", listOf(optional(mattermostField), "a list of fields")),
    thumbUrl: field("thumb_url", text),
    footer: field("footer", text),
    footerIcon: field("footer_icon", text),
    imageUrl: field("image_url", text),
    iconUrl: field("icon_url", text),
    iconEmoji: field("icon_emoji", text),
    attachments: field("attachments", listOf(optional(mattermostAttachment), "a list")),
    type: field("type", text),
    props: field("props", optional(props)),
    priority: field("priority", optional(priority)),
  },
  { check: checkMattermost },
);

function checkMattermost(settings: MattermostSettings, report: Report): void {
  reportBoth(report, "webhook_url", { value: settings.webhookUrl, file: settings.webhookUrlFile });
}

function inheritMattermost(
  settings: Draft<MattermostSettings>,
  global: GlobalConfig,
  report: Report,
): void {
  inheritHttp(settings, global);
  if (settings.webhookUrl !== undefined || settings.webhookUrlFile !== "") return;
  settings.webhookUrl = global.mattermostWebhookUrl;
  settings.webhookUrlFile = global.mattermostWebhookUrlFile;
  if (settings.webhookUrl === undefined && settings.webhookUrlFile === "") {
    report('one of "webhook_url" and "webhook_url_file" is wanted, here or globally');
  }
}

export const mattermost: ReceiverKind<MattermostSettings> = {
  kind: "mattermost",
  key: "mattermost_configs",
  shape: mattermostSettings,
  inherit: inheritMattermost,
};
