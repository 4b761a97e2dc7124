import { describe, expect, test } from "vitest";

import { parseSettings } from "./settings-file.ts";

describe("parseSettings()", () => {
  test("takes keys nested by the dots of the flags, in one piece or mixed", () => {
    const text = "ring:\n  store: 'memory:'\ncluster.peer-timeout: 3s\nweb: {config.file: ''}\n";
    expect(parseSettings("s.yml", text)).toEqual({
      ok: true,
      value: new Map([
        ["ring.store", ["memory:"]],
        ["cluster.peer-timeout", ["3s"]],
        ["web.config.file", [""]],
      ]),
    });
  });

  test("takes an empty file for no settings", () => {
    expect(parseSettings("s.yml", "# nothing\n")).toEqual({ ok: true, value: new Map() });
  });

  const problems: readonly { name: string; text: string; problem: string }[] = [
    {
      name: "an unknown key, with the near one",
      text: "ring:\n  store: 'memory:'\n  replication-facto: 3\n",
      problem:
        's.yml:3:3: unknown key "ring.replication-facto", did you mean "ring.replication-factor"?',
    },
    {
      name: "an unknown key that is near nothing",
      text: "route: {}\n",
      problem: 's.yml:1:1: unknown key "route", the keys are the flags that --help shows',
    },
    {
      name: "a value where keys belong",
      text: "ring: memory\n",
      problem: 's.yml:1:1: "ring" must hold keys',
    },
    { name: "a list as file", text: "- a\n", problem: "s.yml:1:1: the file must hold keys" },
    {
      name: "keys where a value belongs",
      text: "log: {level: {a: b}}\n",
      problem: 's.yml:1:7: "log.level" wants one value',
    },
    {
      name: "no value",
      text: "log:\n  level:\n",
      problem: 's.yml:2:3: "log.level" wants one value',
    },
    {
      name: "a list of lists",
      text: "web: {listen-address: [[a]]}\n",
      problem: 's.yml:1:24: "web.listen-address" is a list of plain values',
    },
    {
      name: "a key set twice",
      text: "log: {level: info}\nlog.level: warn\n",
      problem: 's.yml:2:1: "log.level" is set a second time',
    },
    {
      name: "a file that names another file",
      text: "settings.file: b.yml\n",
      problem: "s.yml:1:1: a settings file cannot name another one",
    },
  ];
  test.each(problems)("refuses $name", ({ text, problem }) => {
    expect(parseSettings("s.yml", text)).toEqual({ ok: false, problem });
  });

  test("tells the place of what is no YAML", () => {
    const parsed = parseSettings("s.yml", "ring:\n  store: [\n");
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.problem).toMatch(/^s\.yml:\d+:\d+: ./);
  });
});
