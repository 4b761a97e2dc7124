import { reportBoth } from "../global.ts";
import type { GlobalConfig } from "../global.ts";
import { httpConfig } from "../http-config.ts";
import type { HttpConfig } from "../http-config.ts";
import {
  bool,
  field,
  listOf,
  optional,
  secret,
  shown,
  struct,
  text,
  url,
} from "../schema/index.ts";
import type { Draft, Report, StructShape } from "../schema/index.ts";
import { inheritHttp, sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";

/** Mirrors RocketchatConfig of `config/notifiers.go` in Alertmanager 0.34. An empty text is not set. */
export interface RocketchatSettings extends CommonSettings {
  readonly httpConfig: HttpConfig | undefined;
  readonly apiUrl: string | undefined;
  /** Secret. Empty is set. */
  readonly tokenId: string | undefined;
  readonly tokenIdFile: string;
  /** Secret. Empty is set. */
  readonly token: string | undefined;
  readonly tokenFile: string;
  /** Template, as all texts below. */
  readonly channel: string;
  readonly color: string;
  readonly title: string;
  readonly titleLink: string;
  readonly text: string;
  readonly fields: readonly (RocketchatField | undefined)[] | undefined;
  readonly shortFields: boolean;
  readonly emoji: string;
  readonly iconUrl: string;
  readonly imageUrl: string;
  readonly thumbUrl: string;
  readonly linkNames: boolean;
  readonly actions: readonly (RocketchatAction | undefined)[] | undefined;
}

export interface RocketchatField {
  /** Undefined: as `shortFields` says. */
  readonly short: boolean | undefined;
  readonly title: string;
  readonly value: string;
}

export interface RocketchatAction {
  readonly type: string;
  readonly text: string;
  readonly url: string;
  readonly imageUrl: string;
  readonly isWebView: boolean;
  readonly webviewHeightRatio: string;
  readonly msg: string;
  readonly msgInChatWindow: boolean;
  readonly msgProcessingType: string;
}

// Upstream gives these two no names for YAML: they are the fields' own in small letters, never left out.
const rocketchatField: StructShape<RocketchatField> = struct<RocketchatField>({
  short: shown("short", optional(bool)),
  title: shown("title", text),
  value: shown("value", text),
});

const rocketchatAction: StructShape<RocketchatAction> = struct<RocketchatAction>({
  type: shown("type", text),
  text: shown("text", text),
  url: shown("url", text),
  imageUrl: shown("imageurl", text),
  isWebView: shown("iswebview", bool),
  webviewHeightRatio: shown("webviewheightratio", text),
  msg: shown("msg", text),
  msgInChatWindow: shown("msginchatwindow", bool),
  msgProcessingType: shown("msgprocessingtype", text),
});

function standard(name: string): string {
  return `{{ template "rocketchat.default.${name}" . }}`;
}

const COLOR = '{{ if eq .Status "firing" }}red{{ else }}green{{ end }}';

const rocketchatSettings: StructShape<RocketchatSettings> = struct<RocketchatSettings>(
  {
    sendResolved: sendResolved(false),
    httpConfig: field("http_config", optional(httpConfig)),
    apiUrl: field("api_url", url),
    tokenId: field("token_id", optional(secret)),
    tokenIdFile: field("token_id_file", text),
    token: field("token", optional(secret)),
    tokenFile: field("token_file", text),
    channel: field("channel", text),
    color: field("color", text, COLOR),
    title: field("title", text, standard("title")),
    titleLink: field("title_link", text, standard("titlelink")),
    text: field("text", text, standard("text")),
    fields: field("fields", listOf(optional(rocketchatField), "a list of fields")),
    shortFields: shown("short_fields", bool),
    emoji: field("emoji", text, standard("emoji")),
    iconUrl: field("icon_url", text, standard("iconurl")),
    imageUrl: field("image_url", text),
    thumbUrl: field("thumb_url", text),
    linkNames: shown("link_names", bool),
    actions: field("actions", listOf(optional(rocketchatAction), "a list of actions")),
  },
  { check: checkRocketchat },
);

function checkRocketchat(settings: RocketchatSettings, report: Report): void {
  reportBoth(report, "token", { value: settings.token, file: settings.tokenFile });
  reportBoth(report, "token_id", { value: settings.tokenId, file: settings.tokenIdFile });
}

function inheritRocketchat(
  settings: Draft<RocketchatSettings>,
  global: GlobalConfig,
  report: Report,
): void {
  inheritHttp(settings, global);
  settings.apiUrl ??= global.rocketchatApiUrl;
  settings.tokenId ??= global.rocketchatTokenId;
  settings.tokenIdFile ||= global.rocketchatTokenIdFile;
  settings.token ??= global.rocketchatToken;
  settings.tokenFile ||= global.rocketchatTokenFile;
  if (settings.tokenId === undefined && settings.tokenIdFile === "") {
    report("a Rocketchat TokenID is wanted, here or globally, in place or in a file");
  }
  if (settings.token === undefined && settings.tokenFile === "") {
    report("a Rocketchat Token is wanted, here or globally, in place or in a file");
  }
}

export const rocketchat: ReceiverKind<RocketchatSettings> = {
  kind: "rocketchat",
  key: "rocketchat_configs",
  shape: rocketchatSettings,
  inherit: inheritRocketchat,
};
