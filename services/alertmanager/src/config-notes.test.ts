import { compileRoutes } from "@tocsin/domain/route";
import type { Logger } from "@tocsin/foundation";
import { assert, describe, expect, it } from "vitest";
import { doConfigJob } from "./config-job.ts";
import { ConfigNotes } from "./config-notes.ts";

const HOUR_MS = 3_600_000;

/** What the log says of a configuration, each line with the fields that matter. */
function notesOn(text: string): readonly string[] {
  const lines: string[] = [];
  const logger: Logger = {
    enabled: () => true,
    with: () => logger,
    log: (level, message, fields = {}) => {
      const { route, repeat_interval, retention, group_interval, input, suggestion } = fields;
      const shown = [route, repeat_interval, retention ?? group_interval, input, suggestion];
      shown.push(fields["receiver"], fields["fields"]);
      const told = shown.filter((field) => field !== undefined).join(" ");
      lines.push(`${level} ${message.split(/[,.]/)[0]}: ${told}`);
    },
  };
  const notes = new ConfigNotes(logger, 2 * HOUR_MS);
  const reply = doConfigJob({
    kind: "parse",
    text,
    mode: "fallback",
    directory: undefined,
    limits: undefined,
  });
  assert(reply.kind === "parse");
  for (const note of reply.notes) notes.ofMatchers(note);
  const { route, receivers } = reply.config;
  const byName = new Map(receivers.map((receiver) => [receiver.name, receiver]));
  notes.ofFile({ root: compileRoutes(route), receivers: byName }, reply.warnings);
  return lines;
}

const RECEIVERS = "receivers: [{name: a}]\n";

describe("ConfigNotes", () => {
  it("says nothing of what is as it should be", () => {
    expect(notesOn(`${RECEIVERS}route: {receiver: a, repeat_interval: 2h}\n`)).toEqual([]);
  });

  it("warns of receivers that this version cannot send to, and names what it cannot", () => {
    const hook = "url: http://example.com/";
    const oauth = "http_config: {oauth2: {client_id: a, token_url: http://e/}}";
    const receivers = [
      `{name: a, webhook_configs: [{${hook}}]}`,
      `{name: b, webhook_configs: [{${hook}, ${oauth}}], pushover_configs: [{user_key: u, token: t}]}`,
    ];
    const text = `receivers: [${receivers.join(",")}]\nroute: {receiver: a, repeat_interval: 2h}\n`;
    expect(notesOn(text)).toEqual([
      "warn Notifications to this receiver will fail: this version cannot send them yet: b oauth2,pushover_configs",
    ]);
  });

  it("warns of repeat intervals that are longer than the log is kept, or shorter than flushes", () => {
    const route =
      "{receiver: a, repeat_interval: 3h, routes: [{matchers: [b=c], repeat_interval: 1m}]}";
    expect(notesOn(`${RECEIVERS}route: ${route}\n`)).toEqual([
      "warn repeat_interval is greater than the data retention period: {} 3h0m0s 2h0m0s",
      'warn repeat_interval is less than group_interval: {}/{b="c"} 1m0s 5m0s',
    ]);
  });

  it("warns of matchers that the new parser does not take, and of those it reads otherwise", () => {
    const matchers = `['b=c=', 'd="\\xf0\\x9f\\x99\\x82"']`;
    const text = `${RECEIVERS}route: {receiver: a, repeat_interval: 2h, routes: [{matchers: ${matchers}}]}\n`;
    expect(notesOn(text)).toEqual([
      'warn Alertmanager is moving to a new parser for labels and matchers: b=c= b="c="',
      'warn Matchers input has disagreement: d="\\xf0\\x9f\\x99\\x82"',
    ]);
  });

  it("passes on what the parser warns of", () => {
    const receivers = "receivers: [{name: a, webhook_configs: [{url: 'http://b', timeout: 5}]}]\n";
    expect(notesOn(`${receivers}route: {receiver: a, repeat_interval: 2h}\n`)).toEqual([
      expect.stringContaining('warn Check "receivers[0]'),
    ]);
  });
});
