import type { IntegrationConfig, WebhookSettings } from "@tocsin/domain/config";
import { AppError } from "@tocsin/foundation";
import type { IntegrationDeps } from "../integration.ts";

/** The settings of an integration that the configuration has read as a webhook. */
export function webhookSettings(integration: IntegrationConfig): WebhookSettings {
  return integration.settings as WebhookSettings; // Its kind is "webhook", which fixes the type.
}

export type WebhookUrl =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "refused"; readonly error: string };

/** The address to send to. Its file is read at each send, so that a new address needs no reload. */
export async function webhookUrl(
  settings: WebhookSettings,
  deps: Pick<IntegrationDeps, "readSecret">,
): Promise<WebhookUrl> {
  let { url } = settings;
  if (url === "") {
    try {
      url = await deps.readSecret(settings.urlFile);
    } catch (error) {
      return { kind: "refused", error: `read url_file: ${AppError.from(error).message}` };
    }
  }
  if (url.includes("{{")) {
    return { kind: "refused", error: "a template in the webhook URL is not supported" };
  }
  if (url === "") return { kind: "refused", error: "webhook URL is empty after templating" };
  return { kind: "url", url };
}
