/** All kinds of integrations, in the order in which a receiver is written. */
import type { CommonSettings, ReceiverKind } from "./kind.ts";
import { webhook } from "./webhook.ts";
import type { WebhookSettings } from "./webhook.ts";

/** The type of an integration's settings by its kind. */
export interface SettingsByKind {
  readonly webhook: WebhookSettings;
}

export type IntegrationKind = keyof SettingsByKind;

export const RECEIVER_KINDS: {
  readonly [K in IntegrationKind]: ReceiverKind<SettingsByKind[K]>;
} = { webhook };

/** The order in which upstream builds the integrations of a receiver. */
export const BUILD_ORDER: readonly IntegrationKind[] = ["webhook"];

/** A kind whose settings are only known to be those that it makes itself. */
export function receiverKind(kind: IntegrationKind): ReceiverKind<CommonSettings> {
  // A kind is only ever given settings that were read by its own shape.
  return RECEIVER_KINDS[kind] as unknown as ReceiverKind<CommonSettings>;
}
