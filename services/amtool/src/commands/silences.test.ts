import { describe, expect, test } from "vitest";

import { type Reply, runAmtool } from "../fixture/amtool.ts";

const URL_FLAG = "--alertmanager.url={{URL}}";
const POSTED: Readonly<Record<string, readonly Reply[]>> = {
  "POST /silences": [{ json: { silenceID: "new-1" } }],
};

/** The fixture's clock shows 08:15:30. */
function silence(id: string, endsAt: string, more: object = {}): object {
  return {
    id,
    status: { state: "active" },
    updatedAt: "2026-02-11T08:00:00.000Z",
    comment: `comment ${id}`,
    createdBy: "ann",
    endsAt,
    matchers: [{ name: "a", value: "1", isRegex: false, isEqual: true }],
    startsAt: "2026-02-11T08:00:00.000Z",
    ...more,
  };
}

const SOON = silence("soon", "2026-02-11T08:30:00.000Z");
const LATER = silence("later", "2026-02-11T20:00:00.000Z", { createdBy: "bob" });
const PAST = silence("past", "2026-02-11T08:05:00.000Z");
const ALL: Readonly<Record<string, readonly Reply[]>> = {
  "GET /silences": [{ json: [LATER, PAST, SOON] }],
};

describe("silence query", () => {
  test.each([
    { flags: [], ids: "soon\nlater\n" },
    { flags: ["--within=1h"], ids: "soon\n" },
    { flags: ["--expired"], ids: "past\n" },
    { flags: ["--expired", "--within=5m"], ids: "" },
    { flags: ["--created-by=bob"], ids: "later\n" },
    { flags: ["--id=soon"], ids: "soon\n" },
  ])("shows with $flags what the flags ask for", async ({ flags, ids }) => {
    const { stdout } = await runAmtool({
      argv: ["silence", "query", "-o", "json", URL_FLAG, ...flags],
      replies: ALL,
    });
    const shown = JSON.parse(stdout) as { readonly id: string }[];
    expect(shown.map(({ id }) => `${id}\n`).sort()).toEqual(
      ids
        .split(/(?<=\n)/)
        .filter((line) => line !== "")
        .sort(),
    );
  });

  test("lists ids alone with --quiet, in the order of the server", async () => {
    const { stdout } = await runAmtool({ argv: ["silence", "-q", URL_FLAG], replies: ALL });
    expect(stdout).toBe("later\nsoon\n");
  });

  test("shows a table by end, with dates as --date.format says", async () => {
    const { stdout } = await runAmtool({
      argv: ["silence", "--date.format=15:04", URL_FLAG, "Foo"],
      replies: ALL,
    });
    expect(stdout).toBe(
      "ID     Matchers  Ends At  Created By  Comment        \n" +
        'soon   a="1"     08:30    ann         comment soon   \n' +
        'later  a="1"     20:00    bob         comment later  \n',
    );
  });
});

describe("silence add", () => {
  test("posts matchers, times and author", async () => {
    const { stdout, requests } = await runAmtool({
      argv: [
        "silence",
        "add",
        "Foo",
        "b!~2",
        "-c",
        "why",
        "-d",
        "2h",
        "--annotation=t=1",
        URL_FLAG,
      ],
      replies: POSTED,
    });
    expect(stdout).toBe("new-1\n");
    expect(requests[0]?.body).toEqual({
      annotations: { t: "1" },
      comment: "why",
      createdBy: "ann",
      endsAt: "2026-02-11T10:15:30.000Z",
      matchers: [
        { name: "alertname", value: "Foo", isEqual: true, isRegex: false },
        { name: "b", value: "2", isEqual: false, isRegex: true },
      ],
      startsAt: "2026-02-11T08:15:30.000Z",
    });
  });

  test.each([
    { argv: ["Foo"], error: "comment required by config" },
    { argv: ["-c", "x"], error: "no matchers specified" },
    { argv: ["Foo", "-c", "x", "-d", "0s"], error: "silence duration must be greater than 0" },
    { argv: ["Foo", "-c", "x", "-d", ""], error: "empty duration string" },
    { argv: ["Foo", "-c", "x", "-d", "1x"], error: 'unknown unit "x" in duration "1x"' },
    { argv: ["Foo", "-c", "x", "--annotation=a!=b"], error: /^annotations must be specified as/ },
    { argv: ["Foo", "oops", "-c", "x"], error: "bad matcher format: oops" },
    { argv: ["Foo", "-c", "x", "--start=now"], error: /^parsing time "now" as / },
  ])("refuses $argv before it asks the server", async ({ argv, error }) => {
    const { exitCode, stderr, requests } = await runAmtool({
      argv: ["silence", "add", URL_FLAG, ...argv],
      replies: POSTED,
    });
    expect({ exitCode, requests }).toEqual({ exitCode: 1, requests: [] });
    expect(stderr.replace("amtool: error: ", "").trimEnd()).toMatch(error);
  });
});

describe("silence expire", () => {
  test("stops at the first silence that is not there", async () => {
    const { exitCode, stderr, requests } = await runAmtool({
      argv: ["silence", "expire", "one", "a/b", "three", URL_FLAG],
      replies: { "DELETE /silence/one": [{}] },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("[DELETE /silence/{silenceID}][404] deleteSilenceNotFound");
    expect(requests.map(({ line }) => line)).toEqual([
      "DELETE /api/v2/silence/one",
      "DELETE /api/v2/silence/a%2Fb",
    ]);
  });
});

describe("silence update", () => {
  test("keeps what is not changed, and shows the new id", async () => {
    const { stdout, requests } = await runAmtool({
      argv: ["silence", "update", "-q", "-d", "3h", "soon", URL_FLAG],
      replies: { "GET /silence/soon": [{ json: SOON }], ...POSTED },
    });
    expect(stdout).toBe("new-1\n");
    expect(requests[1]?.body).toEqual({
      id: "soon",
      comment: "comment soon",
      createdBy: "ann",
      endsAt: "2026-02-11T11:00:00.000Z",
      matchers: [{ name: "a", value: "1", isEqual: true, isRegex: false }],
      startsAt: "2026-02-11T08:00:00.000Z",
    });
  });

  test("refuses an end before the start", async () => {
    const { stderr, requests } = await runAmtool({
      argv: ["silence", "update", "--end=2026-02-11T07:00:00Z", "soon", URL_FLAG],
      replies: { "GET /silence/soon": [{ json: SOON }] },
    });
    expect(stderr).toContain("silence cannot start after it ends");
    expect(requests).toHaveLength(1);
  });
});

describe("silence import", () => {
  const INPUT = JSON.stringify([SOON, { ...LATER, id: undefined }]);

  test("makes a new silence of one whose id the server does not know", async () => {
    const { exitCode, stdout, requests } = await runAmtool({
      argv: ["silence", "import", "-w", "1", URL_FLAG],
      replies: {
        "POST /silences": [
          { status: 404, json: "silence not found" },
          { json: { silenceID: "new-1" } },
          { json: { silenceID: "new-2" } },
        ],
      },
      files: { "/dev/stdin": INPUT },
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "new-1\nnew-2\n" });
    expect(requests.map(({ body }) => (body as { id?: string }).id)).toEqual([
      "soon",
      undefined,
      undefined,
    ]);
  });

  test("leaves ids out with --force", async () => {
    const { requests } = await runAmtool({
      argv: ["silence", "import", "--force", "in.json", URL_FLAG],
      replies: POSTED,
      files: { "in.json": INPUT },
    });
    expect(requests.map(({ body }) => Object.hasOwn(body as object, "id"))).toEqual([false, false]);
  });

  test("leaves it to the server to refuse a silence that lacks a field", async () => {
    const { requests } = await runAmtool({
      argv: ["silence", "import", "in.json", URL_FLAG],
      replies: POSTED,
      files: { "in.json": JSON.stringify([{ ...SOON, createdBy: undefined, matchers: null }]) },
    });
    expect(requests[0]?.body).toMatchObject({ createdBy: null, matchers: null, id: "soon" });
  });

  test("counts what is refused and goes on", async () => {
    const { exitCode, stdout, stderr } = await runAmtool({
      argv: ["silence", "import", "-w", "1", "in.json", URL_FLAG],
      replies: {
        "POST /silences": [{ status: 400, json: "no" }, { json: { silenceID: "new-2" } }],
      },
      files: { "in.json": INPUT },
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "new-2\n" });
    expect(stderr).toBe(
      "Error adding silence id='soon': [POST /silences][400] postSilencesBadRequest \"no\"\n" +
        "amtool: error: couldn't import 1 out of 2 silences\n\n",
    );
  });

  test.each([
    { name: "no JSON", text: "nope" },
    { name: "empty", text: "\n" },
    { name: "no list", text: "{}" },
    { name: "a list of something else", text: '[{"matchers": 1}]' },
  ])("posts nothing of a file that is $name", async ({ text }) => {
    const { exitCode, stderr, requests } = await runAmtool({
      argv: ["silence", "import", "in.json", URL_FLAG],
      replies: POSTED,
      files: { "in.json": text },
    });
    expect({ exitCode, requests }).toEqual({ exitCode: 1, requests: [] });
    expect(stderr).toContain("couldn't unmarshal input data, is it JSON?: ");
  });
});
