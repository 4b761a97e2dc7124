import type { IntegrationConfig, WebhookSettings } from "@tocsin/domain/config";
import type { Renderer } from "@tocsin/domain/notify";
import { AppError } from "@tocsin/foundation";
import type { IntegrationDeps } from "../integration.ts";

/** The settings of an integration that the configuration has read as a webhook. */
export function webhookSettings(integration: IntegrationConfig): WebhookSettings {
  return integration.settings as WebhookSettings; // Its kind is "webhook", which fixes the type.
}

export type WebhookUrl =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "refused"; readonly error: string };

/**
 * The address to send to. Its file is read at each send, so that a new address needs no reload.
 *
 * @throws FieldError when its template fails
 */
export async function webhookUrl(
  settings: WebhookSettings,
  renderer: Renderer,
  deps: Pick<IntegrationDeps, "readSecret">,
): Promise<WebhookUrl> {
  let text = settings.url;
  if (text === "") {
    try {
      text = await deps.readSecret(settings.urlFile);
    } catch (error) {
      return { kind: "refused", error: `read url_file: ${AppError.from(error).message}` };
    }
  }
  const url = renderer.renderStrict({ name: "webhook URL", text });
  if (url === "") return { kind: "refused", error: "webhook URL is empty after templating" };
  return { kind: "url", url };
}
