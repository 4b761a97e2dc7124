/** The message to Discord, byte for byte as Alertmanager 0.34 writes it. */
import { DISCORD_TEXTS, parseGoUrl, type DiscordSettings } from "@tocsin/domain/config";
import { truncateInRunes, type Renderer } from "@tocsin/domain/notify";
import { goJsonText } from "../go-json.ts";

/** Discord's own limits, in characters. */
const TITLE_MAX = 256;
const DESCRIPTION_MAX = 4_096;
const CONTENT_MAX = 2_000;

const COLOR_FIRING = 0x992d22;
const COLOR_RESOLVED = 0x2ecc71;

export function discordPayload(settings: DiscordSettings, renderer: Renderer): string {
  const { username, avatarUrl } = settings;
  const title = textOf(renderer, { name: "title", text: settings.title, form: "line" });
  const message = textOf(renderer, { name: "message", text: settings.message, form: "body" });
  const content = textOf(renderer, { name: "content", text: settings.content, form: "line" });
  const color = renderer.data.status === "firing" ? COLOR_FIRING : COLOR_RESOLVED;
  const embed =
    `{"title":${goJsonText(truncateInRunes(title, TITLE_MAX).text)},` +
    `"description":${goJsonText(truncateInRunes(message, DESCRIPTION_MAX).text)},"color":${color}}`;
  const fields = [
    `"content":${goJsonText(truncateInRunes(content, CONTENT_MAX).text)}`,
    `"embeds":[${embed}]`,
  ];
  // Neither is a template. An address that cannot be one is left out, and the message sent.
  if (username !== "") fields.push(`"username":${goJsonText(username)}`);
  if (avatarUrl !== "" && parseGoUrl(avatarUrl).ok) {
    fields.push(`"avatar_url":${goJsonText(avatarUrl)}`);
  }
  return `{${fields.join(",")}}\n`;
}

function textOf(
  renderer: Renderer,
  field: { name: "title" | "message" | "content"; text: string; form: "line" | "body" },
): string {
  return renderer.renderText({ ...field, defaultText: DISCORD_TEXTS[field.name] });
}
