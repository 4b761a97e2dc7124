import { orUnset, reportBoth } from "../global.ts";
import type { GlobalConfig } from "../global.ts";
import { httpConfig } from "../http-config.ts";
import type { HttpConfig } from "../http-config.ts";
import {
  bool,
  field,
  goDuration,
  listOf,
  optional,
  secret,
  secretUrl,
  shown,
  struct,
  text,
  textList,
  url,
} from "../schema/index.ts";
import type { Draft, Report, StructShape } from "../schema/index.ts";
import { inheritHttp, reportMissingClient, sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";
import { slackAction } from "./slack-action.ts";
import type { SlackAction } from "./slack-action.ts";

/** Mirrors SlackConfig of `config/notifiers.go` in Alertmanager 0.34. A text that is empty is not set. */
export interface SlackSettings extends CommonSettings {
  readonly httpConfig: HttpConfig | undefined;
  /** Secret. The app's address when there is an app token. */
  readonly apiUrl: string | undefined;
  readonly apiUrlFile: string;
  /** Secret. Also stands in the client's `authorization`. */
  readonly appToken: string;
  readonly appTokenFile: string;
  readonly appUrl: string | undefined;
  /** Template, as all texts below. */
  readonly channel: string;
  readonly username: string;
  readonly color: string;
  readonly title: string;
  readonly titleLink: string;
  readonly pretext: string;
  readonly text: string;
  readonly messageText: string;
  readonly fields: readonly (SlackField | undefined)[] | undefined;
  readonly shortFields: boolean;
  readonly footer: string;
  readonly fallback: string;
  readonly callbackId: string;
  readonly iconEmoji: string;
  readonly iconUrl: string;
  readonly imageUrl: string;
  readonly thumbUrl: string;
  readonly linkNames: boolean;
  readonly mrkdwnIn: readonly string[] | undefined;
  readonly actions: readonly (SlackAction | undefined)[] | undefined;
  readonly updateMessage: boolean;
  /** 0: no timeout of its own. */
  readonly timeoutMs: number;
}

export interface SlackField {
  readonly title: string;
  readonly value: string;
  /** Undefined: as `shortFields` says. */
  readonly short: boolean | undefined;
}

/** The only address that can change a message, by which `update_message` is allowed. */
const POST_MESSAGE_URL = "https://slack.com/api/chat.postMessage";

const slackField: StructShape<SlackField> = struct<SlackField>(
  {
    title: field("title", text),
    value: field("value", text),
    short: field("short", optional(bool)),
  },
  { check: checkTitledField },
);

/** A field of an attachment needs both its texts. */
export function checkTitledField(
  given: { readonly title: string; readonly value: string },
  report: Report,
): void {
  if (given.title === "") report('the field\'s "title" is missing');
  if (given.value === "") report('the field\'s "value" is missing');
}

function standard(name: string): string {
  return `{{ template "slack.default.${name}" . }}`;
}

const slackSettings: StructShape<SlackSettings> = struct<SlackSettings>(
  {
    sendResolved: sendResolved(false),
    httpConfig: field("http_config", optional(httpConfig)),
    apiUrl: field("api_url", secretUrl),
    apiUrlFile: field("api_url_file", text),
    appToken: field("app_token", secret),
    appTokenFile: field("app_token_file", text),
    appUrl: field("app_url", url),
    channel: field("channel", text),
    username: field("username", text, standard("username")),
    color: field("color", text, standard("color")),
    title: field("title", text, standard("title")),
    titleLink: field("title_link", text, standard("titlelink")),
    pretext: field("pretext", text, standard("pretext")),
    text: field("text", text, standard("text")),
    messageText: field("message_text", text),
    fields: field("fields", listOf(optional(slackField), "a list of fields")),
    shortFields: shown("short_fields", bool),
    footer: field("footer", text, standard("footer")),
    fallback: field("fallback", text, standard("fallback")),
    callbackId: field("callback_id", text, standard("callbackid")),
    iconEmoji: field("icon_emoji", text, standard("iconemoji")),
    iconUrl: field("icon_url", text, standard("iconurl")),
    imageUrl: field("image_url", text),
    thumbUrl: field("thumb_url", text),
    linkNames: shown("link_names", bool),
    mrkdwnIn: field("mrkdwn_in", textList),
    actions: field("actions", listOf(optional(slackAction), "a list of actions")),
    updateMessage: shown("update_message", bool),
    timeoutMs: shown("timeout", goDuration),
  },
  { check: checkSlack },
);

function checkSlack(settings: SlackSettings, report: Report): void {
  const { apiUrl, apiUrlFile, appToken, appTokenFile } = settings;
  reportBoth(report, "api_url", { value: apiUrl, file: apiUrlFile });
  reportBoth(report, "app_token", { value: orUnset(appToken), file: appTokenFile });
  const hasUrl = apiUrl !== undefined || apiUrlFile !== "";
  if (hasUrl && (appToken !== "" || appTokenFile !== "")) {
    const fields = '"api_url"/"api_url_file" and "app_token"/"app_token_file"';
    report(`at most one of ${fields} may be set`);
  }
  if (settings.updateMessage && apiUrl !== POST_MESSAGE_URL) {
    const reason = `"update_message" needs a bot token and "api_url" set to ${POST_MESSAGE_URL}`;
    report(reason, { key: "update_message" });
  }
}

function inheritSlack(settings: Draft<SlackSettings>, global: GlobalConfig, report: Report): void {
  settings.appUrl ??= global.slackAppUrl;
  if (settings.appUrl === undefined) {
    report('an "app_url" is wanted, here or as global Slack App URL');
  }
  const ownAuthorization = settings.httpConfig?.authorization !== undefined;
  if (!hasAppToken(settings) && !ownAuthorization && settings.apiUrl === undefined) {
    settings.appToken = global.slackAppToken;
    settings.appTokenFile = global.slackAppTokenFile;
  }
  if (settings.apiUrl === undefined && settings.apiUrlFile === "") {
    settings.apiUrl = global.slackApiUrl;
    settings.apiUrlFile = global.slackApiUrlFile;
  }
  if (settings.httpConfig === undefined) reportMissingClient(global, report);
  inheritHttp(settings, global);
  if (hasAppToken(settings)) useAppToken(settings, report);
  else if (settings.apiUrl === undefined && settings.apiUrlFile === "") {
    report("a Slack API URL or App token is wanted, here or globally, in place or in a file");
  }
}

function hasAppToken(settings: SlackSettings): boolean {
  return settings.appToken !== "" || settings.appTokenFile !== "";
}

function useAppToken(settings: Draft<SlackSettings>, report: Report): void {
  if (settings.httpConfig?.authorization !== undefined) {
    report("an HTTP authorization may not be set with a Slack App token", { key: "http_config" });
    return;
  }
  settings.httpConfig = {
    ...(settings.httpConfig ?? httpConfig.initial()),
    authorization: {
      type: "Bearer",
      credentials: settings.appToken,
      credentialsFile: settings.appTokenFile,
      credentialsRef: "",
    },
  };
  settings.apiUrl = settings.appUrl;
}

export const slack: ReceiverKind<SlackSettings> = {
  kind: "slack",
  key: "slack_configs",
  shape: slackSettings,
  inherit: inheritSlack,
};
