import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { decodeSilence } from "./decode/silence.ts";
import { serve } from "./fixture/serve.ts";
import { ANONYMOUS } from "./tenancy.ts";

const KIB = 1024;

describe("a body that is too large", () => {
  const ways = [
    { path: "/api/v2/alerts", headers: "", status: 413 },
    { path: "/api/v2/alerts", headers: "Connection: close\r\n", status: 413 },
    { path: "/nope", headers: "Connection: close\r\n", status: 404 },
  ];
  it.for(ways)("is answered when all is sent first: $status, $headers", async (way) => {
    await using api = await serve({ bodySizeMaxBytes: 64 * KIB });
    const socket = connect(Number(new URL(api.url).port), "127.0.0.1");
    const sizeBytes = 32 * 1024 * KIB;
    socket.write(
      `POST ${way.path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n` +
        `${way.headers}Content-Length: ${sizeBytes}\r\n\r\n`,
    );
    const chunk = Buffer.alloc(KIB * KIB, "x");
    for (let sent = 0; sent < sizeBytes; sent += chunk.length) {
      if (!socket.write(chunk)) await once(socket, "drain");
    }
    const [answer] = (await once(socket, "data")) as [Buffer]; // Its only argument.
    expect(answer.toString()).toMatch(new RegExp(`^HTTP/1\\.1 ${way.status} `));
    if (way.status === 413) expect(answer.toString()).toContain("65536 bytes (--limits.max-body");
    socket.destroy();
  });

  it("is not waited for by who asks for the end and reads first", async () => {
    await using api = await serve();
    const socket = connect(Number(new URL(api.url).port), "127.0.0.1");
    socket.write(
      "POST /nope HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 9\r\n\r\n",
    );
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    await once(socket, "end");
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 404 [^]*404 page not found\n$/);
    socket.destroy();
  });

  it("names the flag of what it is a body of", async () => {
    const itemLimits = { sizeMaxBytes: 2 * KIB, fieldCountMax: 1_000, labelMaxChars: 1_000 };
    await using api = await serve({ itemLimits, configSizeMaxBytes: 3 * KIB });
    const body = `{"comment": "${"x".repeat(4 * KIB)}"}`;
    const silence = await api.fetch("/api/v2/silences", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    });
    expect([silence.status, await silence.text()]).toEqual([
      413,
      "Request body too large: the limit is 2048 bytes (--limits.max-item-bytes)\n",
    ]);
    for (const [method, path] of [
      ["PUT", "/api/v1/config"],
      ["POST", "/cortex/api/v1/alerts"],
    ] as const) {
      const config = await api.fetch(path, { method, body });
      expect([config.status, await config.text()]).toEqual([
        413,
        "Request body too large: the limit is 3072 bytes (--limits.max-config-bytes)\n",
      ]);
    }
  });
});

describe("an alert that is too large", () => {
  const limits = { itemLimits: { sizeMaxBytes: 2 * KIB, fieldCountMax: 10, labelMaxChars: 100 } };
  const small = (name: string): unknown => ({ labels: { alertname: name } });

  it("is refused alone, with its place", async () => {
    await using api = await serve(limits);
    const large = { labels: { alertname: "x".repeat(3 * KIB) } };
    const answer = await api.post("/api/v2/alerts", [small("a"), large, small("b")]);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      "alerts[1]: it has 3099 bytes of at most 2048 (--limits.max-item-bytes)",
    ]);
    expect(await (await api.fetch("/api/v2/alerts")).json()).toHaveLength(2);
  });

  it("is refused alone for a label that is too long for matching it many times", async () => {
    await using api = await serve(limits);
    const long = { labels: { alertname: "b", "a b": "x".repeat(101) } };
    const answer = await api.post("/api/v2/alerts", [long, small("x".repeat(100))]);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      'alerts[0]: its label "a b" has 101 characters of at most 100 (--limits.max-label-chars)',
    ]);
    expect(await (await api.fetch("/api/v2/alerts")).json()).toHaveLength(1);
  });

  it("is named among the first thousand, the rest is counted", async () => {
    await using api = await serve(limits);
    const answer = await api.post("/api/v2/alerts", Array(1_203).fill({ labels: { a: "" } }));
    const lines = ((await answer.json()) as string).split("\n");
    expect([answer.status, lines.length, lines.at(-1)]).toEqual([400, 1_001, "and 203 more"]);
  });

  it("is refused with all others when there are more than any client sends", async () => {
    await using api = await serve();
    const answer = await api.fetch("/api/v2/alerts", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: `[${"{},".repeat(250_000)}{}]`,
    });
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining("at most 250000 items are taken at once") as string,
    ]);
  });

  it("is refused alone for its number of fields", async () => {
    await using api = await serve(limits);
    const labels = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`l${at}`, "v"]));
    const answer = await api.post("/api/v1/alerts", [small("a"), { labels }]);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      {
        status: "error",
        errorType: "bad_data",
        error: "alerts[1]: it has 13 fields of at most 10 (--limits.max-item-fields)",
      },
    ]);
    expect(await (await api.fetch("/api/v2/alerts")).json()).toHaveLength(1);
  });
});

it("a silence with too many matchers is refused", async () => {
  await using api = await serve();
  const matchers = Array.from({ length: 101 }, () => ({ name: "a", value: "b", isRegex: false }));
  const answer = await api.post("/api/v2/silences", { matchers });
  expect([answer.status, await answer.json()]).toEqual([
    400,
    {
      code: 400,
      message:
        'parsing silence body from "" failed, because silence.matchers: 101 items of at most 100',
    },
  ]);
});

describe("regular expressions that are too large together", () => {
  it("are refused in a silence", async () => {
    await using api = await serve();
    const matchers = Array.from({ length: 10 }, (_, at) => ({
      name: `l${at}`,
      value: "a{1000}",
      isRegex: true,
    }));
    const silence = {
      matchers,
      startsAt: "2026-01-02T04:00:00Z",
      endsAt: "2026-01-02T05:00:00Z",
      createdBy: "a",
      comment: "c",
    };
    const answer = await api.post("/api/v2/silences", silence);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      "regular expressions of the silence are too large: 3000 steps of at most 2400, 1000 of them in " +
        '"a{1000}"; a{100} has a hundred, behind .* each counts twentyfold, and names with | between have ' +
        "none if each . in them is written \\.",
    ]);
  });

  it.each(["/api/v1/silences", "/api/v2/silences"])(
    "are taken in a silence that is stored with them and gets another end: %s",
    async (path) => {
      await using api = await serve();
      const matcher = { name: "a", value: "b{1000}c{1000}d{1000}", isRegex: true };
      const stored = {
        matchers: [matcher],
        startsAt: "2026-01-02T03:00:00Z",
        endsAt: "2026-01-02T05:00:00Z",
        createdBy: "a",
        comment: "c",
      };
      const draft = decodeSilence(stored, { form: "v2", mend: false });
      const id = await api.tenants.putSilence(ANONYMOUS, draft);
      const later = { ...stored, id, endsAt: "2026-01-02T06:00:00Z" };
      expect((await api.post(path, later)).status).toBe(200);
      const other = { ...later, matchers: [{ ...matcher, value: `${matcher.value}e` }] };
      expect((await api.post(path, other)).status).toBe(400);
      expect((await api.post(path, { ...later, id: "" })).status).toBe(400);
    },
  );

  it.each(["filter=a%3D~%22b{1000}c{1000}d{1000}%22", "receiver=x{1000}y{1000}z{1000}"])(
    "are refused in a query: %s",
    async (query) => {
      await using api = await serve();
      const answer = await api.fetch(`/api/v2/alerts?${query}`);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatch(
        /^regular expressions of "(filter|receiver)" are too large/,
      );
    },
  );

  it.each([
    { name: "filter", text: `v=~"\\x28\\x3fi)${"[B-\u{1e942}]".repeat(9)}"` },
    { name: "filter", text: `v=~"(${"\\u0028)(".repeat(200)})"` },
    { name: "receiver_matchers", text: `v=~"a\\173900}b\\173900}c\\173900}"` },
  ])(
    "are refused in $name though they are written by the numbers of characters",
    async (hidden) => {
      await using api = await serve();
      const query = new URLSearchParams({ [hidden.name]: hidden.text });
      const answer = await api.fetch(`/api/v2/alerts?${query}`);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toContain(
        `regular expressions of "${hidden.name}" are too large`,
      );
    },
  );

  const names = Array.from({ length: 500 }, (_, at) => `host-${at}`).join("|");
  it.each([
    `instance=~"(${names})"`,
    `instance=~"^(${names})$"`,
    `"my.label"=~"${names}"`,
    `v=~"${"x".repeat(3_000)}.*"`,
    'msg="~.*a{2}[ab]{1000}"',
  ])("are not found in a filter that has none: %.20s", async (text) => {
    await using api = await serve();
    const query = new URLSearchParams({ filter: text });
    expect((await api.fetch(`/api/v2/alerts?${query}`)).status).toBe(200);
  });

  it("are refused in the words of the engine where it refuses them at once", async () => {
    await using api = await serve();
    const answer = await api.fetch("/api/v2/alerts?receiver=%28b{100}%29{100}");
    expect([answer.status, await answer.json()]).toEqual([
      400,
      "failed to parse receiver param: error parsing regexp: invalid repeat count: `{100}`",
    ]);
  });

  it("are refused where a label is too long for them", async () => {
    const itemLimits = { sizeMaxBytes: 256 * KIB, fieldCountMax: 100, labelMaxChars: 100_000 };
    await using api = await serve({ itemLimits });
    const labels = { alertname: "a", long: "ab".repeat(50_000) };
    expect((await api.post("/api/v2/alerts", [{ labels }])).status).toBe(200);
    const filter = encodeURIComponent('long=~"(?:ab){300}[ab]+"');
    for (const list of ["alerts", "alerts/groups"]) {
      const answer = await api.fetch(`/api/v2/${list}?filter=${filter}`);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatch(
        /^regular .* too large, .* a label of 100000 characters$/,
      );
    }
    const short = encodeURIComponent('long=~"(ab)+"');
    expect(await (await api.fetch(`/api/v2/alerts?filter=${short}`)).json()).toHaveLength(1);
  });

  it("may be a long list of names", async () => {
    await using api = await serve();
    const names = Array.from({ length: 700 }, (_, at) => `host${at}\\\\.example`).join("|");
    const filter = encodeURIComponent(`instance=~"${names}"`);
    expect((await api.fetch(`/api/v2/alerts?filter=${filter}`)).status).toBe(200);
  });
});

it("alerts of one request are stored in portions, all of them and in their order", async () => {
  await using api = await serve();
  const alerts = Array.from({ length: 1_200 }, (_, at) => ({
    labels: { alertname: `a${at % 600}` },
    annotations: { round: `${Math.floor(at / 600)}` },
  }));
  expect((await api.post("/api/v2/alerts", alerts)).status).toBe(200);
  const stored = (await (await api.fetch("/api/v2/alerts")).json()) as {
    annotations: { round: string };
  }[];
  expect(stored).toHaveLength(600);
  expect(stored.every(({ annotations }) => annotations.round === "1")).toBe(true);
});
