/**
 * The effective settings of receivers in the form of the vectors: keyed by YAML name, secrets in clear;
 * what is null, an empty text or an empty collection is left out.
 */
import { RECEIVER_KINDS, type ConfigDocument, type IntegrationKind } from "@tocsin/domain/config";
import { formatGoDuration, formatPrometheusDuration } from "@tocsin/domain/duration";

export function showReceivers(document: ConfigDocument): unknown[] {
  return (document.receivers ?? []).flatMap((receiver) => {
    const shown: Record<string, unknown> = {};
    for (const [kind, { key }] of Object.entries(RECEIVER_KINDS)) {
      const items = receiver[kind as IntegrationKind]; // The table's own keys.
      if (items !== undefined && items.length > 0) shown[key] = items.map(showSettings);
    }
    if (Object.keys(shown).length === 0) return [];
    return [{ name: receiver.name, labels: showValue("labels", receiver.labels), ...shown }];
  });
}

function showSettings(settings: object | undefined): unknown {
  const shown: Record<string, unknown> = {};
  // The keys of Rocket.Chat's actions have no underscores.
  const isRocketchatAction = settings !== undefined && "msgInChatWindow" in settings;
  for (const [name, value] of Object.entries(settings ?? {})) {
    if (isEmpty(value)) continue;
    shown[isRocketchatAction ? name.toLowerCase() : yamlName(name)] = showValue(name, value);
  }
  return shown;
}

function showValue(name: string, value: unknown): unknown {
  if (name === "reopenDurationMs") return formatPrometheusDuration(Number(value));
  if (name.endsWith("Ms")) return formatGoDuration(BigInt(Math.round(Number(value) * 1e6)));
  return showPlain(value);
}

function showPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(showPlain);
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]) => [String(key), showPlain(item)]));
  }
  return typeof value === "object" && value !== null ? showSettings(value) : value;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return value instanceof Map ? value.size === 0 : Array.isArray(value) && value.length === 0;
}

function yamlName(name: string): string {
  return name.replace(/Ms$/, "").replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
