import type { IntegrationConfig, WebhookSettings } from "@tocsin/domain/config";
import type { Renderer } from "@tocsin/domain/notify";
import { refused, unreadable } from "../failure.ts";
import type { IntegrationDeps, MessageUrl } from "../integration.ts";

/** The settings of an integration that the configuration has read as a webhook. */
export function webhookSettings(integration: IntegrationConfig): WebhookSettings {
  return integration.settings as WebhookSettings; // Its kind is "webhook", which fixes the type.
}

/**
 * The address to send to. Its file is read at each send, so that a new address needs no reload.
 *
 * @throws FieldError when its template fails
 */
export async function webhookUrl(
  settings: WebhookSettings,
  renderer: Renderer,
  deps: Pick<IntegrationDeps, "readSecret">,
): Promise<MessageUrl> {
  let text = settings.url;
  if (text === "") {
    try {
      text = await deps.readSecret(settings.urlFile);
    } catch (error) {
      return { kind: "none", result: unreadable("url_file", error) };
    }
  }
  const url = renderer.renderStrict({ name: "webhook URL", text });
  if (url === "") return { kind: "none", result: refused("webhook URL is empty after templating") };
  return { kind: "url", url };
}
