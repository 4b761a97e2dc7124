import type { DiscordSettings, IntegrationConfig } from "@tocsin/domain/config";
import { AppError } from "@tocsin/foundation";
import type { IntegrationDeps } from "../integration.ts";

/** The settings of an integration that the configuration has read as Discord's. */
export function discordSettings(integration: IntegrationConfig): DiscordSettings {
  return integration.settings as DiscordSettings; // Its kind is "discord", which fixes the type.
}

export type DiscordUrl =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "refused"; readonly error: string };

/** The address to send to. Its file is read at each send. */
export async function discordUrl(
  settings: DiscordSettings,
  { readSecret }: Pick<IntegrationDeps, "readSecret">,
): Promise<DiscordUrl> {
  if (settings.webhookUrl !== undefined) return { kind: "url", url: settings.webhookUrl };
  try {
    return { kind: "url", url: await readSecret(settings.webhookUrlFile) };
  } catch (error) {
    return { kind: "refused", error: `read webhook_url_file: ${AppError.from(error).message}` };
  }
}
