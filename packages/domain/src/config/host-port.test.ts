import { expect, test } from "vitest";
import { parseConfig } from "./parse-config.ts";

function smarthost(text: string): string {
  const config = `global: {smtp_smarthost: '${text}'}\nroute: {receiver: x}\nreceivers: [{name: x}]\n`;
  const result = parseConfig(config);
  if (result.ok) return result.config.document.global?.smtpSmarthost ?? "";
  return result.problems.map(({ message }) => message).join("\n");
}

test.each([
  ["mail:25", "mail:25"],
  ["[::1]:25", "[::1]:25"],
  ["[mail]:25", "mail:25"],
  [":25", ":25"],
])("hostPort reads %j as %j", (text, wanted) => {
  expect(smarthost(text)).toBe(wanted);
});

test.each([
  ["mail", "the port is missing"],
  ["mail:", "the port is empty"],
  ["::1:25", "too many colons"],
  ["[::1]", "the port is missing"],
  ["[::1", 'a "]" is missing'],
  ["[::1]x:25", "the port is missing"],
  ["a]:25", "a bracket too many"],
])("hostPort refuses %j: %s", (text, reason) => {
  expect(smarthost(text)).toContain(reason);
});
