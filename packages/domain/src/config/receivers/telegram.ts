import { orUnset, reportBoth } from "../global.ts";
import type { GlobalConfig } from "../global.ts";
import { httpConfig } from "../http-config.ts";
import type { HttpConfig } from "../http-config.ts";
import { bool, field, int, optional, secret, shown, struct, text, url } from "../schema/index.ts";
import type { Draft, Report, StructShape } from "../schema/index.ts";
import { inheritHttp, sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";

/** Mirrors `notify/telegram/config.go` of Alertmanager 0.34. A text that is empty is not set. */
export interface TelegramSettings extends CommonSettings {
  readonly httpConfig: HttpConfig | undefined;
  readonly apiUrl: string | undefined;
  /** Secret. */
  readonly botToken: string;
  readonly botTokenFile: string;
  /** 0: it is in the file. */
  readonly chatId: number;
  readonly chatIdFile: string;
  /** 0: none. */
  readonly messageThreadId: number;
  /** Template. */
  readonly message: string;
  readonly disableNotifications: boolean;
  /** One of `PARSE_MODES`. */
  readonly parseMode: string;
}

const PARSE_MODES: readonly string[] = ["", "Markdown", "MarkdownV2", "HTML"];

const telegramSettings: StructShape<TelegramSettings> = struct<TelegramSettings>(
  {
    sendResolved: sendResolved(true),
    httpConfig: field("http_config", optional(httpConfig)),
    apiUrl: shown("api_url", url),
    botToken: field("bot_token", secret),
    botTokenFile: field("bot_token_file", text),
    chatId: field("chat_id", int),
    chatIdFile: field("chat_id_file", text),
    messageThreadId: field("message_thread_id", int),
    message: field("message", text, '{{ template "telegram.default.message" . }}'),
    disableNotifications: field("disable_notifications", bool),
    parseMode: field("parse_mode", text, "HTML"),
  },
  { check: checkTelegram },
);

function checkTelegram(settings: TelegramSettings, report: Report): void {
  const { chatId, chatIdFile, parseMode } = settings;
  reportBoth(report, "bot_token", {
    value: orUnset(settings.botToken),
    file: settings.botTokenFile,
  });
  if (chatId === 0 && chatIdFile === "") report('one of "chat_id" and "chat_id_file" is wanted');
  reportBoth(report, "chat_id", { value: chatId === 0 ? undefined : "", file: chatIdFile });
  if (!PARSE_MODES.includes(parseMode)) {
    const wanted = "wanted Markdown, MarkdownV2, HTML or an empty text";
    report(`"parse_mode" ${JSON.stringify(parseMode)} is unknown; ${wanted}`, {
      key: "parse_mode",
    });
  }
}

function inheritTelegram(
  settings: Draft<TelegramSettings>,
  global: GlobalConfig,
  report: Report,
): void {
  inheritHttp(settings, global);
  settings.apiUrl ??= global.telegramApiUrl;
  if (settings.botToken !== "" || settings.botTokenFile !== "") return;
  settings.botToken = global.telegramBotToken;
  settings.botTokenFile = global.telegramBotTokenFile;
  if (settings.botToken === "" && settings.botTokenFile === "") {
    report('one of "bot_token" and "bot_token_file" is wanted, here or globally');
  }
}

export const telegram: ReceiverKind<TelegramSettings> = {
  kind: "telegram",
  key: "telegram_configs",
  shape: telegramSettings,
  inherit: inheritTelegram,
};
