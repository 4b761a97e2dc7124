import { describe, expect, test } from "vitest";

import { runAmtool } from "../fixture/amtool.ts";

const URL_FLAG = "--alertmanager.url={{URL}}";
const CONFIG =
  "route: {receiver: a, routes: [{matchers: ['b=1'], receiver: c}]}\nreceivers: [{name: a}, {name: c}]\n";
const STATUS = {
  cluster: {
    name: "node-a",
    status: "ready",
    peers: [
      { address: "10.0.0.10:9094", name: "ten" },
      { address: "10.0.0.9:9095", name: "nine" },
      { address: "10.0.0.9:9094", name: "nine too" },
    ],
  },
  config: { original: CONFIG },
  uptime: "2026-02-11T08:00:00.000Z",
  versionInfo: {
    branch: "main",
    buildDate: "today",
    buildUser: "ann",
    goVersion: "v26",
    revision: "abc",
    version: "0.34.0",
  },
};

describe("alert query", () => {
  test.each([
    { flags: [], query: "active=true&inhibited=false&silenced=false&unprocessed=false" },
    { flags: ["-s", "-i"], query: "active=false&inhibited=true&silenced=true&unprocessed=false" },
    {
      flags: ["-u", "-r", "x.*", "a b", 'c="d"'],
      query:
        "active=false&inhibited=false&silenced=false&unprocessed=true" +
        "&filter=alertname%3D%22a+b%22&filter=c%3D%22d%22&receiver=x.*",
    },
  ])("asks with $flags for $query", async ({ flags, query }) => {
    const { requests } = await runAmtool({
      argv: ["alert", "query", URL_FLAG, ...flags],
      replies: { "GET /alerts": [{ json: [] }] },
    });
    expect(requests[0]?.line).toBe(`GET /api/v2/alerts?${query}`);
  });
});

describe("answers of odd servers", () => {
  test("are asked for over a connection each, since some close theirs without a word", async () => {
    const { requests } = await runAmtool({
      argv: ["alert", "query", URL_FLAG],
      replies: { "GET /alerts": [{ json: [] }] },
    });
    expect(requests[0]?.headers.connection).toBe("close");
  });

  test.each([{ json: null }, {}])("%j is no alerts", async (reply) => {
    const { exitCode, stdout } = await runAmtool({
      argv: ["alert", "query", URL_FLAG],
      replies: { "GET /alerts": [reply] },
    });
    expect([exitCode, stdout.trim()]).toEqual([0, "Alertname  Starts At  Summary  State"]);
  });

  test("have times, written as JSON with milliseconds; anything else is named", async () => {
    const query = (startsAt: string) =>
      runAmtool({
        argv: ["alert", "query", "-o", "json", URL_FLAG],
        replies: { "GET /alerts": [{ json: [{ startsAt, labels: { a: "b" } }] }] },
      });
    expect((await query("2026-02-11T08:00:00Z")).stdout).toContain('"2026-02-11T08:00:00.000Z"');
    const refused = await query("yesterday");
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('"alert.startsAt" is not a time');
  });
});

describe("alert add", () => {
  test("posts labels, annotations and what was given of the times", async () => {
    const { exitCode, requests } = await runAmtool({
      argv: ["alert", "add", "Foo", "b=2", "b=3", "--annotation=s=t", URL_FLAG].concat(
        "--end=2026-02-11T10:00:00+01:00",
      ),
      replies: { "POST /alerts": [{}] },
    });
    expect(exitCode).toBe(0);
    expect(requests[0]?.body).toEqual([
      {
        annotations: { s: "t" },
        endsAt: "2026-02-11T09:00:00.000Z",
        labels: { alertname: "Foo", b: "3" },
      },
    ]);
  });
});

describe("--enable-feature and --verbose", () => {
  const argv = ["alert", URL_FLAG, "b=c d"];
  const replies = { "GET /alerts": [{ json: [] }] };

  test("log on standard output what upstream logs", async () => {
    const { stdout } = await runAmtool({ argv: [...argv, "-v"], replies });
    expect(stdout).toMatch(
      /^time=2026-02-11T08:15:30\.000Z level=DEBUG source=parse\.go:120 msg="Parsing with UTF-8 /,
    );
    expect(stdout).toContain(
      'input="b=c d" origin=cli err="4:5: unexpected d: expected a comma or close brace" ' +
        'suggestion="b=\\"c d\\""\n',
    );
  });

  test("choose how matchers are read", async () => {
    const strict = await runAmtool({
      argv: [...argv, "--enable-feature=utf8-strict-mode"],
      replies,
    });
    expect(strict.requests[0]?.line).toContain("filter=alertname%3D%22b%3Dc+d%22");
    const classic = await runAmtool({ argv: [...argv, "--enable-feature=classic-mode"], replies });
    expect(classic.requests[0]?.line).toContain("filter=b%3Dc+d");
  });

  test.each([
    { features: "nope", error: "unknown option 'nope' for --enable-feature" },
    {
      features: "classic-mode,utf8-strict-mode",
      error: "cannot have both classic and UTF-8 modes enabled",
    },
  ])("refuse $features", async ({ features, error }) => {
    const { exitCode, stderr } = await runAmtool({
      argv: [...argv, `--enable-feature=${features}`],
    });
    expect(exitCode).toBe(1);
    expect(stderr).toBe(`amtool: error: error parsing the feature flag list: ${error}\n\n`);
  });
});

describe("cluster show", () => {
  test("orders peers by the numbers of their addresses", async () => {
    const { stdout } = await runAmtool({
      argv: ["cluster", "show", "-o", "extended", URL_FLAG],
      replies: { "GET /status": [{ json: STATUS }] },
    });
    expect(stdout).toBe(
      "Cluster Status:  ready\nNode Name:       node-a\n\nAddress         Name\n" +
        "10.0.0.9:9094   nine too  \n10.0.0.9:9095   nine      \n10.0.0.10:9094  ten       \n",
    );
  });
});

describe("config", () => {
  test("shows values in the extended form", async () => {
    const { stdout } = await runAmtool({
      argv: ["config", "-o", "extended", URL_FLAG],
      replies: { "GET /status": [{ json: STATUS }] },
    });
    expect(stdout).toContain("\nbuildUser ann\ngoVersion v26\nrevision abc\nversion 0.34.0\n");
    expect(stdout).toContain("\nconfig\n  route: {receiver: a");
    expect(stdout.endsWith("\nuptime 2026-02-11T08:00:00.000Z\n")).toBe(true);
  });

  test("routes are those of the server unless a file is given", async () => {
    const { stdout } = await runAmtool({
      argv: ["config", "routes", "test", "b=1", URL_FLAG],
      replies: { "GET /status": [{ json: STATUS }] },
    });
    expect(stdout).toBe("c\n");
  });

  test("routes have the lines of a name below one another", async () => {
    const config = `
route: {receiver: "a\\n\\nb", routes: [{matchers: ['b=1'], receiver: "c\\nd"}, {receiver: e}]}
receivers: [{name: "a\\n\\nb"}, {name: "c\\nd"}, {name: e}]
`;
    const { stdout } = await runAmtool({
      argv: ["config", "routes", URL_FLAG],
      replies: { "GET /status": [{ json: { ...STATUS, config: { original: config } } }] },
    });
    expect(stdout.split("\n").slice(1, 9)).toEqual([
      ".",
      "└── default-route  receiver: a",
      "    ",
      "    b",
      '    ├── {b="1"}  receiver: c',
      "    │   d",
      "    └── default-route  receiver: e",
      "",
    ]);
  });

  test("routes need a file or a server", async () => {
    const { exitCode, stderr } = await runAmtool({ argv: ["config", "routes"] });
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      "amtool: error: You have to specify one of --config.file or --alertmanager.url flags.\n",
    );
  });
});

describe("check-config", () => {
  test("logs matchers that only the old parser reads, and reads them", async () => {
    const { exitCode, stdout } = await runAmtool({
      argv: ["check-config", "am.yml"],
      files: { "am.yml": CONFIG.replace("b=1", "b=") },
    });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^Checking 'am\.yml'time=\S+ level=WARN source=parse\.go:176 msg="Alertmanager is moving/,
    );
    expect(stdout).toContain(
      'input="b=" origin=config err="end of input: expected label value" suggestion="b=\\"\\""\n  SUCCESS\n',
    );
  });

  test("refuses by the rules of the matcher mode", async () => {
    const { stdout } = await runAmtool({
      argv: ["check-config", "am.yml", "--enable-feature=utf8-strict-mode"],
      files: { "am.yml": CONFIG.replace("b=1", "b=") },
    });
    expect(stdout).toContain("Checking 'am.yml'  FAILED: end of input: expected label value\n");
  });

  test("goes on after a broken file", async () => {
    const { exitCode, stdout, stderr } = await runAmtool({
      argv: ["check-config", "bad.yml", "good.yml"],
      files: { "bad.yml": "", "good.yml": CONFIG },
    });
    expect(exitCode).toBe(1);
    expect(stdout).toBe(
      "Checking 'bad.yml'  FAILED: no route provided in config\n\n" +
        "Checking 'good.yml'  SUCCESS\nFound:\n - global config\n - route\n" +
        " - 0 inhibit rules\n - 2 receivers\n - 0 templates\n\n",
    );
    expect(stderr).toBe("amtool: error: failed to validate 1 file(s)\n\n");
  });
});
