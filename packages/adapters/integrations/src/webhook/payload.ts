/** The body of a webhook: byte for byte what Alertmanager 0.34 sends (`notify/webhook`, `template`). */
import type { WebhookSettings } from "@tocsin/domain/config";
import type { Renderer } from "@tocsin/domain/notify";
import { payloadToJson, templateDataJsonSteps } from "@tocsin/domain/template";
import { inSlices } from "@tocsin/foundation";
import { goJsonText } from "../go-json.ts";
import type { Attempt } from "../integration.ts";
import { utf8Steps } from "./utf8.ts";

export type WebhookBody =
  | { readonly kind: "body"; readonly body: Uint8Array }
  | { readonly kind: "refused"; readonly error: string };

export interface Message extends Pick<Attempt, "job" | "slicing"> {
  readonly renderer: Renderer;
}

/**
 * The usual message, or the custom payload where there is one. Alerts that the renderer does not have
 * are only counted; nothing else in the message knows them.
 *
 * @throws FieldError when a template of the payload fails
 */
export async function webhookBody(
  message: Message,
  { payload }: Pick<WebhookSettings, "payload">,
): Promise<WebhookBody> {
  const { renderer } = message;
  if (payload === null) return { kind: "body", body: await usualMessage(message) };
  const name = "custom payload";
  const json = payloadToJson(renderer.renderPayload({ name, value: payload }));
  if (!json.ok) return { kind: "refused", error: `failed to render ${name}: ${json.reason}` };
  return { kind: "body", body: Buffer.from(`${json.json}\n`) };
}

/** Version 4. Whoever signs, compares or stores bodies sees no difference to upstream's. */
async function usualMessage({ job, renderer, slicing }: Message): Promise<Uint8Array> {
  const { data } = renderer;
  const truncatedCount = job.alerts.length - data.alerts.length;
  const rest = `"version":"4","groupKey":${goJsonText(job.groupKey)},"truncatedAlerts":${truncatedCount}`;
  // Go's encoder ends each value with a line break.
  const json = await inSlices(templateDataJsonSteps(data), slicing);
  const pieces = [...json.slice(0, -1), `,${rest}}\n`];
  return inSlices(utf8Steps(pieces), slicing);
}
