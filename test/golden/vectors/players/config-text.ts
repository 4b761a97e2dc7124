import { parseConfig, type ParsedConfig } from "@tocsin/domain/config";
import type { MatcherMode } from "@tocsin/domain/matcher";

/** The parsed configuration; a refusal is thrown, because these vectors are all accepted. */
export function readConfig(text: string, mode: MatcherMode = "fallback"): ParsedConfig {
  const result = parseConfig(text, { matcherMode: mode });
  if (result.ok) return result.config;
  throw new Error(result.problems.map((problem) => problem.message).join("; "));
}

/** A configuration that has nothing but one section, to read that section alone. */
export function wrapSection(section: string, body: string): string {
  const indented = body === "" ? "" : `\n${indent(body, 2)}`;
  return `route: {receiver: r}\nreceivers: [{name: r}]\n${section}:${indented}\n`;
}

export function indent(text: string, count: number): string {
  const space = " ".repeat(count);
  return text.replace(/^(?=.)/gm, space);
}
