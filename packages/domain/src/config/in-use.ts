import { marshalConfig, type ParsedConfig } from "./parse-config.ts";
import type { ReceiverDocument } from "./receiver.ts";
import type { EmailSettings } from "./receivers/email.ts";

const SUBJECT = '{{ template "email.default.subject" . }}';

/**
 * The configuration as upstream's status shows it: whatever sends mail there writes the headers that every
 * mail gets into the configuration itself (`notify/email/email.go` of 0.34).
 */
export function marshalConfigInUse(config: ParsedConfig): string {
  const { document } = config;
  const receivers = document.receivers?.map(withMailHeaders);
  return marshalConfig({ ...config, document: { ...document, receivers } });
}

function withMailHeaders(receiver: ReceiverDocument): ReceiverDocument {
  if (receiver.email === undefined) return receiver;
  return { ...receiver, email: receiver.email.map(withHeaders) };
}

function withHeaders(settings: EmailSettings | undefined): EmailSettings | undefined {
  if (settings === undefined) return undefined;
  const { headers, to, from } = settings;
  const always = new Map([
    ["Subject", SUBJECT],
    ["To", to],
    ["From", from],
  ]);
  return { ...settings, headers: new Map([...always, ...(headers ?? [])]) };
}
