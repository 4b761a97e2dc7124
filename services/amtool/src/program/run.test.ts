import { describe, expect, test } from "vitest";

import { fileProblem } from "./failure.ts";
import { type Reply, runAmtool } from "../fixture/amtool.ts";

const URL_FLAG = "--alertmanager.url={{URL}}";
const NO_ALERTS: Readonly<Record<string, readonly Reply[]>> = { "GET /alerts": [{ json: [] }] };
const EMPTY_TABLE = "Alertname  Starts At  Summary  State  \n";

describe("run() with questions about the program", () => {
  test("prints its help when nothing is asked", async () => {
    const { exitCode, stdout } = await runAmtool({ argv: [] });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^usage: amtool \[<flags>\] <command>/);
  });

  test.each([
    { argv: ["--version"], wanted: /^amtool, version 0\.34\.0 \(Tocsin / },
    { argv: ["silence", "--help"], wanted: /^usage: amtool silence <command>/ },
    { argv: ["help", "silence", "add"], wanted: /^usage: amtool silence add \[<flags>\]/ },
    { argv: ["--help-long"], wanted: /usage: amtool config routes test / },
    { argv: ["--help-man"], wanted: /^\.TH amtool 1 / },
    { argv: ["--completion-script-bash"], wanted: /complete -o default -F _amtool_completion/ },
    { argv: ["--completion-script-zsh"], wanted: /^#compdef amtool\n/ },
    { argv: ["--completion-bash", "silence", ""], wanted: /^add\nexpire\nimport\nquery\nupdate$/ },
  ])("answers $argv without a server", async ({ argv, wanted }) => {
    const { exitCode, stdout, stderr } = await runAmtool({ argv });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(wanted);
  });

  test.each([
    { argv: ["alert"], stderr: "amtool: error: required flag --alertmanager.url not provided\n" },
    {
      argv: ["alert", "--alertmanager.url=localhost"],
      stderr: /^amtool: error: invalid URL: .*"localhost" found\n$/,
    },
    { argv: ["template"], stderr: "amtool: error: must select a subcommand of 'template'\n\n" },
    { argv: ["help", "nope"], stderr: 'amtool: error: expected command but got "nope"\n' },
    { argv: ["nope"], stderr: 'amtool: error: expected command but got "nope"\n\n' },
    { argv: ["check-config"], stderr: "amtool: error: Failed to read from standard input\n" },
  ])("refuses $argv", async ({ argv, stderr }) => {
    const outcome = await runAmtool({ argv });
    expect(outcome.exitCode).toBe(1);
    if (typeof stderr === "string") expect(outcome.stderr).toBe(stderr);
    else expect(outcome.stderr).toMatch(stderr);
  });
});

describe("run() as kingpin reads a line", () => {
  test.each([
    { argv: ["help", "alert", "-h"], wanted: "usage: amtool alert " },
    { argv: ["-h", "help"], wanted: "usage: amtool [<flags>]" },
    { argv: ["help", "alert", "--version"], wanted: "usage: amtool alert " },
    { argv: ["help", "silence", "--help-man"], wanted: "usage: amtool silence " },
  ])("$argv gives help for what is named, whatever else is asked", async ({ argv, wanted }) => {
    const { exitCode, stdout } = await runAmtool({ argv });
    expect([exitCode, stdout.slice(0, wanted.length)]).toEqual([0, wanted]);
  });

  test("gives help for a line that is none without its default commands", async () => {
    for (const argv of [
      ["alert", "a=b", "-h"],
      ["silence", "nope", "--help"],
    ]) {
      const { exitCode, stdout } = await runAmtool({ argv });
      expect([exitCode, stdout.split(" <")[0]]).toEqual([0, `usage: amtool ${argv[0]}`]);
    }
    const { stderr } = await runAmtool({ argv: ["help", "silence", "nope"] });
    expect(stderr).toBe('amtool: error: expected command but got "nope"\n');
  });

  test("checks the names of features though nothing is to be done", async () => {
    const { exitCode, stderr } = await runAmtool({ argv: ["--enable-feature=nope"] });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("unknown option 'nope' for --enable-feature");
  });
});

describe("fileProblem()", () => {
  test("has upstream's words for what they are known for", () => {
    const fault = Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT" });
    expect(fileProblem(fault, "a")).toBe("open a: no such file or directory");
    expect(fileProblem(new Error("odd"), "a")).toBe("odd");
  });
});

describe("run() with --timeout", () => {
  test.each(["1ns", "2000h"])("takes %s", async (timeout) => {
    const argv = ["alert", URL_FLAG, `--timeout=${timeout}`];
    const { stderr } = await runAmtool({ argv, replies: NO_ALERTS });
    expect(stderr).not.toContain("RangeError");
  });
});

describe("run() with presets from files", () => {
  test("takes the home folder's before the machine's, and the command line before both", async () => {
    const files = {
      "/home/ann/.config/amtool/config.yml": "output: json\n",
      "/etc/amtool/config.yml": "output: extended\nalertmanager.url: {{URL}}\n",
    };
    const preset = await runAmtool({ argv: ["alert"], replies: NO_ALERTS, files });
    expect(preset).toMatchObject({ exitCode: 0, stdout: "[]\n" });
    const given = await runAmtool({ argv: ["alert", "-o", "simple"], replies: NO_ALERTS, files });
    expect(given.stdout).toBe(EMPTY_TABLE);
  });

  test("knows the old name of a flag", async () => {
    const { stdout } = await runAmtool({
      argv: ["silence", "add", "Foo", URL_FLAG],
      replies: { "POST /silences": [{ json: { silenceID: "id-1" } }] },
      files: { "/etc/amtool/config.yml": "comment_required: false\n" },
    });
    expect(stdout).toBe("id-1\n");
  });

  test.each([
    { name: "no YAML", text: "[", reason: "yaml: line 1: did not find expected node content" },
    {
      name: "a list",
      text: "- a\n",
      reason: "yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into map[string]string",
    },
    {
      name: "nested",
      text: "a: 1\nb: {c: 1}\nd: [e]\n",
      reason:
        "yaml: unmarshal errors:\n  line 2: cannot unmarshal !!map into string\n" +
        "  line 3: cannot unmarshal !!seq into string",
    },
  ])("refuses a file that is $name", async ({ text, reason }) => {
    const files = { "/etc/amtool/config.yml": text };
    const { exitCode, stderr } = await runAmtool({ argv: ["alert"], files });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`amtool: error: could not load config file: ${reason}`);
  });
});

describe("run() with a server", () => {
  test("sends user and password of the URL, as basic authentication", async () => {
    const { requests, stdout } = await runAmtool({
      argv: ["alert", "--alertmanager.url=http://carol:open%20sesame@{{HOST}}/"],
      replies: NO_ALERTS,
    });
    expect(stdout).toBe(EMPTY_TABLE);
    const credentials = Buffer.from("carol:open sesame").toString("base64");
    expect(requests[0]?.headers.authorization).toBe(`Basic ${credentials}`);
  });

  test("sends what the HTTP configuration file says", async () => {
    const { requests } = await runAmtool({
      argv: ["alert", URL_FLAG, "--http.config.file=http.yml"],
      replies: NO_ALERTS,
      files: {
        "http.yml": "authorization: {credentials: token}\nhttp_headers: {X-Scope: {values: [a]}}\n",
      },
    });
    expect(requests[0]?.headers).toMatchObject({ authorization: "Bearer token", "x-scope": "a" });
  });

  test.each([
    { text: "nope: 1\n", reason: "failed to load HTTP config file: line 1: " },
    { text: "proxy_url: http://p\n", reason: 'Cannot use "proxy_url" of http.yml' },
    {
      text: "basic_auth: {username: a, password_file: /nowhere/at/all}\n",
      reason: "failed to create a new HTTP client: ",
    },
    {
      text: "tls_config: {ca: xx}\n",
      reason: "failed to create a new HTTP client: unable to use specified CA cert inline\n",
    },
  ])("refuses an HTTP configuration file with $text", async ({ text, reason }) => {
    const { exitCode, stderr } = await runAmtool({
      argv: ["alert", URL_FLAG, "--http.config.file=http.yml"],
      files: { "http.yml": text },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`amtool: error: ${reason}`);
  });

  test.each([
    { file: "/nowhere/conf/http.yml", ca: "/nowhere/conf/ca.pem" },
    { file: "nowhere/http.yml", ca: "nowhere/ca.pem" },
  ])("looks for files that $file names beside it", async ({ file, ca }) => {
    const { stderr } = await runAmtool({
      argv: ["alert", URL_FLAG, `--http.config.file=${file}`],
      files: { [file]: "tls_config: {ca_file: ca.pem}\n" },
    });
    expect(stderr).toContain(`open ${ca}: no such file or directory`);
  });

  test("warns of a server of another version, unless it is told not to", async () => {
    const scene = { replies: NO_ALERTS, version: "0.27.0" };
    const warned = await runAmtool({ ...scene, argv: ["alert", URL_FLAG] });
    expect(warned.stderr).toBe(
      "Warning: amtool version (0.34.0) and alertmanager version (0.27.0) are different.\n",
    );
    const quiet = await runAmtool({ ...scene, argv: ["alert", URL_FLAG, "--no-version-check"] });
    expect(quiet.stderr).toBe("");
  });

  test("follows a redirect", async () => {
    // Node.js writes each character as a byte.
    const location = Buffer.from("/elsewhere/api/v2/alerts?ü").toString("latin1");
    const { stdout, requests } = await runAmtool({
      argv: ["alert", URL_FLAG],
      replies: {
        "GET /alerts": [{ status: 307, headers: { location } }],
        "GET /elsewhere/alerts": [{ json: [] }],
      },
    });
    expect(stdout).toBe(EMPTY_TABLE);
    expect(requests).toHaveLength(2);
    expect(requests[1]?.line).toBe("GET /elsewhere/api/v2/alerts?%C3%BC");
  });

  test("says that nobody listens and what to look at", async () => {
    const argv = ["alert", "--alertmanager.url=http://127.0.0.1:1"];
    const { exitCode, stderr } = await runAmtool({ argv });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/Cannot reach Alertmanager for GET .*: connection refused; check --al/);
  });

  test("gives up after --timeout", async () => {
    const { exitCode, stderr } = await runAmtool({
      argv: ["alert", URL_FLAG, "--timeout=50ms", "--no-version-check"],
      replies: { "GET /alerts": [{ isSilent: true }] },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^amtool: error: Cannot finish GET .* in time: raise --timeout/);
  });

  test.each([
    {
      reply: { status: 400, json: "no <such>" },
      error: '[GET /alerts][400] getAlertsBadRequest "no <such>"',
    },
    { reply: { status: 401 }, error: "[GET /alerts] getAlerts (status 401): {}" },
    {
      reply: { json: [{ labels: [] }] },
      error: 'Cannot read the answer of GET /alerts: "alert.labels" is not an object',
    },
    {
      reply: { json: "text" },
      error: 'Cannot read the answer of GET /alerts: "answer" is not a list',
    },
  ])("tells what is wrong with the answer $reply", async ({ reply, error }) => {
    const { exitCode, stderr } = await runAmtool({
      argv: ["alert", URL_FLAG],
      replies: { "GET /alerts": [reply] },
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: `amtool: error: ${error}\n\n` });
  });
});
