/**
 * Whatever a client sends: an answer of the API's own, never a 500, a dropped connection or a stopped
 * server, and every refusal says something. `TOCSIN_FUZZ_RUNS` sets how many requests of each kind are
 * tried.
 */
import { request, type IncomingMessage } from "node:http";
import { once } from "node:events";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve, type Served } from "./fixture/serve.ts";

const NUM_RUNS = Number(process.env["TOCSIN_FUZZ_RUNS"] ?? 150);

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

const VALID = {
  alerts: [
    {
      labels: { alertname: "a", job: "b" },
      annotations: { summary: "é \u{1f525}" },
      startsAt: "2026-01-02T03:00:00.123456789+02:00",
      endsAt: "2026-01-02T04:00:00Z",
      generatorURL: "http://p.example/graph?g0.expr=up",
    },
  ],
  silence: {
    id: "11111111-2222-4333-8444-555555555555",
    matchers: [{ name: "alertname", value: "a.*", isRegex: true, isEqual: false }],
    startsAt: "2026-01-02T03:00:00Z",
    endsAt: "2026-01-02T05:00:00Z",
    createdBy: "ann",
    comment: "c",
    annotations: { a: "b" },
  },
};

const CONFIG = "route: {receiver: a, group_by: [x]}\nreceivers: [{name: a}]\n";

/** Pieces that decoders, matchers and paths trip over. */
const PIECES = [
  ...Array.from("\0\t\n\r \"'\\{}[](),:;=!~%&?#/.*+-_<>|^$@é\u{1f525}\ufffd"),
  ...'null true 1e400 -0 0x1 "a" __proto__ constructor toString {} [] [[[[ {"a": \\ud800 \\u0000'.split(
    " ",
  ),
  ...'=~".*" {a="b"} a=~"(" %00 %zz %c3 %ff .. // /../ 0001-01-01T00:00:00Z 9999-12-31T23:59:59Z'.split(
    " ",
  ),
  "T".repeat(300),
  "1".repeat(400),
];

const piece = fc.constantFrom(...PIECES);
const word = fc.oneof(piece, fc.string({ unit: "binary", maxLength: 20 }));
const edit = fc.record({ at: fc.nat(), drop: fc.nat(12), insert: word });

/** A text with a few places changed. */
function changed(
  text: string,
  edits: readonly { at: number; drop: number; insert: string }[],
): Buffer {
  let result = text;
  for (const { at, drop, insert } of edits) {
    const start = at % (result.length + 1);
    result = result.slice(0, start) + insert + result.slice(start + drop);
  }
  return Buffer.from(result, "utf8");
}

/** Near what is right: every value of it may be another. */
function near(value: unknown): fc.Arbitrary<unknown> {
  const other = fc.oneof(fc.jsonValue({ maxDepth: 2 }), word);
  if (Array.isArray(value)) {
    const items = value.map(near);
    return fc.oneof({ arbitrary: fc.tuple(...items), weight: 8 }, fc.array(other), other);
  }
  if (typeof value !== "object" || value === null) {
    return fc.oneof({ arbitrary: fc.constant(value), weight: 8 }, other);
  }
  const fields = Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, near(inner)]),
  );
  return fc.oneof({ arbitrary: fc.record(fields, { requiredKeys: [] }), weight: 8 }, other);
}

function bodyLike(value: unknown): fc.Arbitrary<Buffer> {
  const text = JSON.stringify(value);
  return fc.oneof(
    near(value).map((other) => Buffer.from(JSON.stringify(other))),
    fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => changed(text, edits)),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );
}

const NAMES =
  "filter receiver receiver_matchers active silenced inhibited muted pending expired limit cursor " +
  "sort fields consistency dryRun";
const parameter = fc
  .tuple(
    fc.oneof(fc.constantFrom(...NAMES.split(" ")), word),
    fc.oneof(word, fc.constantFrom("true", "10", "-startsAt", "labels", "a=b", 'a=~"b.*"')),
  )
  .map(
    ([name, value]) =>
      `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`,
  );
const query = fc
  .array(
    fc.oneof({ arbitrary: parameter, weight: 4 }, fc.constantFrom("&&", "%", "a=%zz", "=", "+")),
  )
  .map((parts) => parts.join("&"));

const LISTS = ["alerts", "alerts/groups", "silences", "receivers", "status"];
const PATHS = ["/api/v1/", "/api/v2/", "/cortex/alertmanager/api/v2/"].flatMap((base) =>
  LISTS.map((list) => base + list),
);

describe("the surface", { timeout: 600_000 }, () => {
  let api: Served;
  beforeAll(async () => {
    api = await serve();
    await api.post("/api/v2/alerts", VALID.alerts);
  });
  afterAll(() => api[Symbol.asyncDispose]());

  async function answerTo({ method, path, headers = {}, body }: Asked) {
    const { hostname, port } = new URL(api.url);
    const asked = request({ hostname, port, method, path, headers, agent: false }).end(body);
    const [answer] = (await once(asked, "response")) as [IncomingMessage]; // Its only argument.
    const text = Buffer.concat(await answer.toArray()).toString();
    return { status: answer.statusCode ?? 0, text };
  }

  async function expectSense(asked: Asked): Promise<void> {
    const { status, text } = await answerTo(asked);
    expect([200, 201, 204, 301, 302, 304, 307, 400, 404, 405, 406, 412, 413, 415, 422]).toContain(
      status,
    );
    // A missing silence is the only refusal that upstream makes without a word.
    if (status >= 400 && !asked.path.includes("/silence/")) expect(text.trim()).not.toBe("");
    expect(text).not.toMatch(/internal error|TypeError|undefined|\[object Object\]|node_modules/);
  }

  const bodies = [
    { path: "/api/v2/alerts", method: "POST", body: bodyLike(VALID.alerts) },
    { path: "/api/v1/alerts", method: "POST", body: bodyLike(VALID.alerts) },
    { path: "/api/v2/silences", method: "POST", body: bodyLike(VALID.silence) },
    { path: "/api/v1/silences", method: "POST", body: bodyLike(VALID.silence) },
    { path: "/api/v1/config?dryRun=true", method: "PUT", body: bodyLike(CONFIG) },
    {
      path: "/cortex/api/v1/alerts",
      method: "POST",
      body: bodyLike(`alertmanager_config: |\n  ${CONFIG}`),
    },
  ];
  it.each(bodies)("$method $path takes or refuses any body", async ({ path, method, body }) => {
    const headers = { "content-type": "application/json" };
    await fc.assert(
      fc.asyncProperty(body, (bytes) => expectSense({ method, path, headers, body: bytes })),
      { numRuns: NUM_RUNS },
    );
  });

  it("takes or refuses any query of any list", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PATHS), query, (path, text) =>
        expectSense({ method: "GET", path: `${path}?${text}` }),
      ),
      { numRuns: NUM_RUNS },
    );
  });

  it("takes or refuses any path, method and header", async () => {
    const segment = fc.oneof(
      fc.constantFrom(
        "api",
        "v1",
        "v2",
        "alerts",
        "silence",
        "-",
        "t",
        "cortex",
        "..",
        ".",
        "",
        "%2e%2e",
        "%00",
      ),
      word.map((text) => encodeURIComponent(text.toWellFormed())),
    );
    const path = fc.array(segment, { maxLength: 6 }).map((parts) => `/${parts.join("/")}`);
    const method = fc.constantFrom(
      "GET",
      "HEAD",
      "POST",
      "PUT",
      "DELETE",
      "OPTIONS",
      "PATCH",
      "TRACE",
    );
    const value = fc.string({ unit: "grapheme-ascii", maxLength: 40 });
    const NAMES_OF_HEADERS =
      "accept accept-encoding content-type origin if-none-match if-match x-scope-orgid authorization cookie";
    const headers = fc.dictionary(fc.constantFrom(...NAMES_OF_HEADERS.split(" ")), value);
    await fc.assert(
      fc.asyncProperty(method, path, headers, async (verb, where, given) => {
        const { status } = await answerTo({ method: verb, path: where, headers: given });
        expect(status).toBeGreaterThanOrEqual(200);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});
