import type { DiscordSettings, IntegrationConfig } from "@tocsin/domain/config";
import { unreadable } from "../failure.ts";
import type { IntegrationDeps, MessageUrl } from "../integration.ts";

/** The settings of an integration that the configuration has read as Discord's. */
export function discordSettings(integration: IntegrationConfig): DiscordSettings {
  return integration.settings as DiscordSettings; // Its kind is "discord", which fixes the type.
}

/** The address to send to. Its file is read at each send. */
export async function discordUrl(
  settings: DiscordSettings,
  { readSecret }: Pick<IntegrationDeps, "readSecret">,
): Promise<MessageUrl> {
  if (settings.webhookUrl !== undefined) return { kind: "url", url: settings.webhookUrl };
  try {
    return { kind: "url", url: await readSecret(settings.webhookUrlFile) };
  } catch (error) {
    return { kind: "none", result: unreadable("webhook_url_file", error) };
  }
}
