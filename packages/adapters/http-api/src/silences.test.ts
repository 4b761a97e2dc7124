import { describe, expect, it } from "vitest";
import { NOW_MS, serve, type Served } from "./fixture/serve.ts";

const HOUR_MS = 3_600_000;

function at(offsetMs: number): string {
  return new Date(NOW_MS + offsetMs).toISOString();
}

function silence(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    matchers: [{ name: "alertname", value: "X", isRegex: false }],
    startsAt: at(0),
    endsAt: at(HOUR_MS),
    createdBy: "ann",
    comment: "why",
    ...changes,
  };
}

async function create(api: Served, changes: Readonly<Record<string, unknown>> = {}) {
  const answer = await api.post("/api/v2/silences", silence(changes));
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { silenceID: string }).silenceID;
}

describe("/api/v2/silences", () => {
  it("creates, shows, ends", async () => {
    await using api = await serve();
    const matchers = [
      { name: "a", value: "1", isRegex: false, isEqual: false },
      { name: "b", value: ".+", isRegex: true },
    ];
    const id = await create(api, { matchers, annotations: { "": "2", "a b": "1" } });
    const one = await api.fetch(`/api/v2/silence/${id}`);
    expect(await one.json()).toEqual({
      id,
      status: { state: "active" },
      updatedAt: at(0),
      annotations: { "": "2", "a b": "1" },
      comment: "why",
      createdBy: "ann",
      endsAt: at(HOUR_MS),
      startsAt: at(0),
      matchers: [
        { name: "a", value: "1", isRegex: false, isEqual: false },
        { name: "b", value: ".+", isRegex: true, isEqual: true },
      ],
    });
    const ended = await api.fetch(`/api/v2/silence/${id}`, { method: "DELETE" });
    expect([ended.status, await ended.text()]).toEqual([200, ""]);
    expect(await (await api.fetch("/api/v2/silences")).json()).toMatchObject([
      { id, status: { state: "expired" } },
    ]);
  });

  it("lists active, pending, expired, each in upstream's order", async () => {
    await using api = await serve();
    const long = await create(api, { endsAt: at(2 * HOUR_MS) });
    const short = await create(api);
    const late = await create(api, { startsAt: at(2 * HOUR_MS), endsAt: at(3 * HOUR_MS) });
    const soon = await create(api, { startsAt: at(HOUR_MS), endsAt: at(3 * HOUR_MS) });
    const list = async (query: string): Promise<string[]> => {
      const answer = await api.fetch(`/api/v2/silences?${query}`);
      return ((await answer.json()) as { id: string }[]).map(({ id }) => id);
    };
    expect(await list("")).toEqual([short, long, soon, late]);
    expect(await list("pending=false")).toEqual([short, long]);
    expect(await list("active=false&expired=false&pending=false")).toEqual([]);
    expect(await list("filter=alertname%3D%22X%22")).toHaveLength(4);
    expect(await list("filter=alertname%3D~%22X%22")).toEqual([]);
  });

  it.each([
    ["nothing", "", 422, { code: 602, message: "silence in body is required" }],
    ["null", null, 422, { code: 602, message: "comment in body is required" }],
    ["an empty object", {}, 422, { code: 602, message: "comment in body is required" }],
    [
      "no author",
      silence({ createdBy: null }),
      422,
      { code: 602, message: "createdBy in body is required" },
    ],
    [
      "no matchers",
      silence({ matchers: [] }),
      422,
      { code: 612, message: "matchers in body should have at least 1 items" },
    ],
    [
      "a matcher without a value",
      silence({ matchers: [{ name: "a", isRegex: false }] }),
      422,
      { code: 602, message: "matchers.0.value in body is required" },
    ],
    [
      "a matcher that is null",
      silence({ matchers: [null] }),
      400,
      {
        code: 400,
        message:
          'parsing silence body from "" failed, because silence.matchers[0]: object wanted, null given',
      },
    ],
    [
      "an end before the start",
      silence({ endsAt: at(-1) }),
      400,
      "Failed to create silence: start time must be before end time",
    ],
    [
      "a past end",
      silence({ startsAt: at(-2), endsAt: at(-1) }),
      400,
      "Failed to create silence: end time can't be in the past",
    ],
    [
      "an end in the millisecond that has begun, before its ID is looked for",
      silence({
        id: "00000000-0000-0000-0000-000000000000",
        startsAt: at(-2),
        endsAt: at(0),
      }),
      400,
      "Failed to create silence: end time can't be in the past",
    ],
    [
      "a matcher that matches nothing at all",
      silence({ matchers: [{ name: "a", value: "", isRegex: false }] }),
      400,
      "invalid silence: matcher set 0: at least one matcher must not match the empty string",
    ],
    [
      "a regex that is none",
      silence({ matchers: [{ name: "a", value: "(", isRegex: true }] }),
      400,
      "invalid silence: invalid label matcher 0 in set 0: invalid regular expression " +
        '"(": error parsing regexp: missing closing ): `(`',
    ],
    ["an unknown ID", silence({ id: "abc" }), 404, "silence not found"],
  ])("refuses %s", async (...[, body, status, wanted]) => {
    await using api = await serve();
    const headers = { "Content-Type": "application/json" };
    const text = body === "" ? "" : JSON.stringify(body);
    const answer = await api.fetch("/api/v2/silences", { method: "POST", headers, body: text });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual(wanted);
  });

  it("answers 404 without a body for an unknown ID, 422 for what is none", async () => {
    await using api = await serve();
    for (const method of ["GET", "DELETE"]) {
      const path = "/api/v2/silence/11111111-2222-4333-8444-555555555555";
      const unknown = await api.fetch(path, { method });
      expect([unknown.status, await unknown.text()]).toEqual([404, ""]);
      const bad = await api.fetch("/api/v2/silence/abc", { method });
      expect(bad.status).toBe(422);
    }
  });
});

describe("/api/v1/silences", () => {
  it.each([
    ["alertname!=other", 1],
    ['{ alertname =~ "X|Y" }', 1],
    ["severity=", 1],
    ["alertname=~X.", 0],
    ["severity!=", 0],
  ])("filters by the values of matchers, as if they were labels: %s", async (filter, count) => {
    await using api = await serve();
    await create(api);
    const query = `?filter=${encodeURIComponent(filter)}`;
    const { data } = (await (await api.fetch(`/api/v1/silences${query}`)).json()) as {
      data: unknown[];
    };
    expect(data).toHaveLength(count);
  });

  it("names the matcher of a list that is wrong", async () => {
    await using api = await serve();
    const answer = await api.fetch("/api/v1/silences?filter=a%3Db,%20c!,d%3De");
    expect(await answer.json()).toMatchObject({ error: "bad matcher format:  c!" });
  });

  it("creates, shows, ends", async () => {
    await using api = await serve();
    const created = await api.post(
      "/api/v1/silences",
      silence({ startsAt: undefined, comment: "" }),
    );
    const { data } = (await created.json()) as { data: { silenceId: string } };
    const one = await (await api.fetch(`/api/v1/silence/${data.silenceId}`)).json();
    expect(one).toEqual({
      status: "success",
      data: {
        id: data.silenceId,
        matchers: [{ name: "alertname", value: "X", isRegex: false, isEqual: true }],
        startsAt: at(0),
        endsAt: at(HOUR_MS),
        updatedAt: at(0),
        createdBy: "ann",
        status: { state: "active" },
      },
    });
    const ended = await api.fetch(`/api/v1/silence/${data.silenceId}`, { method: "DELETE" });
    expect(await ended.json()).toEqual({ status: "success" });
    expect(await (await api.fetch("/api/v1/silences")).json()).toMatchObject({
      data: [{ status: { state: "expired" } }],
    });
  });

  it.each([
    ["no end", silence({ endsAt: undefined }), "end time can't be in the past"],
    [
      "an end in the millisecond that has begun",
      silence({ id: "unknown", startsAt: at(-2), endsAt: at(0) }),
      "end time can't be in the past",
    ],
    [
      "no matchers",
      silence({ matchers: undefined }),
      "silence invalid: at least one matcher required",
    ],
    [
      "a matcher that matches nothing",
      silence({ matchers: [{ name: "a", value: "", isRegex: false }] }),
      "silence invalid: at least one matcher must not match the empty string",
    ],
    ["an unknown ID", silence({ id: "abc" }), "silence not found"],
    [
      "a broken regular expression",
      silence({ matchers: [{ name: "a", value: "(", isRegex: true }], endsAt: undefined }),
      "error parsing regexp: missing closing ): `^(?:()$`",
    ],
  ])("refuses %s", async (_name, body, error) => {
    await using api = await serve();
    const answer = await api.post("/api/v1/silences", body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ status: "error", errorType: "bad_data", error });
  });

  it("answers an unknown ID in text to GET, as bad data to DELETE", async () => {
    await using api = await serve();
    const got = await api.fetch("/api/v1/silence/abc");
    expect([got.status, await got.text()]).toEqual([404, "Error getting silence: <nil>\n"]);
    expect((await api.fetch("/api/v1/silence/abc", { method: "DELETE" })).status).toBe(400);
  });
});
