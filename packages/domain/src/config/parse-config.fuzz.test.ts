/** Whatever a tenant sends: an answer, in time, and every fault with a place inside the text. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { marshalConfig, parseConfig } from "./parse-config.ts";

const WHOLE = `global:
  resolve_timeout: 5m
  smtp_smarthost: mail.example:25
  smtp_from: am@example
  http_config: &client {basic_auth: {username: u, password: p}}
route:
  receiver: hub
  group_by: [alertname, job]
  routes:
  - matchers: ['team="a"', 'severity=~"page|warn"']
    mute_time_intervals: [nights]
    labels: {owner: "{{ .GroupLabels.team }}"}
receivers:
- name: hub
  webhook_configs:
  - url: https://w.example/{{ .X }}
    http_config: {<<: *client, follow_redirects: false}
    timeout: 10s
    payload: {a: [1, 2.5, yes, ~], "b c": "x: y"}
  email_configs: [{to: ops@example, headers: {subject: x}}]
inhibit_rules:
- {source_matchers: [a=b], target_match_re: {c: d.*}, equal: [x]}
time_intervals:
- name: nights
  time_intervals:
  - times: [{start_time: "22:00", end_time: "24:00"}]
    weekdays: ["monday:friday"]
    location: Europe/Paris
tracing: {endpoint: x:1, headers: {a: {values: [b]}}}
`;

const MARKS = "\n \t:-#'\"[]{},&*!|>%@?\\~<é\u{1f525}\u0085\ufeff";
const WORDS =
  '&a |*a|<<: *client|null|~|yes|010|1e3|{{|}}|<secret>|  - |!!int |!!binary |%41|a=~"("';
const PIECES = [...Array.from(MARKS), ...WORDS.split("|"), "...\n", "---\n", "\n  ", "http://[::1"];

interface Edit {
  readonly at: number;
  readonly drop: number;
  readonly insert: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(WHOLE.length),
  drop: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(60)),
  insert: fc.oneof(fc.constant(""), fc.constantFrom(...PIECES), fc.string({ maxLength: 5 })),
});

function apply(text: string, { at, drop, insert }: Edit): string {
  return text.slice(0, at) + insert + text.slice(at + drop);
}

function check(text: string): void {
  const result = parseConfig(text);
  if (result.ok) {
    expect(marshalConfig(result.config)).toMatch(/^global:\n/);
    return;
  }
  expect(result.problems.length).toBeGreaterThan(0);
  const lines = text.split(/\r\n?|\n/);
  for (const { line, column, message } of result.problems) {
    expect(message).not.toBe("");
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 2);
  }
}

test("parseConfig accepts the configuration that is mutated below", () => {
  expect(parseConfig(WHOLE)).toMatchObject({ ok: true });
});

test("parseConfig answers every mutation of a valid configuration, faults with a place", () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      check(edits.reduce(apply, WHOLE));
    }),
    { numRuns: 500 },
  );
});

test("parseConfig answers any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const result = parseConfig(bytes);
      expect(result.ok || result.problems.length > 0).toBe(true);
    }),
  );
});
