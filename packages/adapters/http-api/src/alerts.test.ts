import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { NOW_MS, serve } from "./fixture/serve.ts";

const ALERT = {
  labels: { severity: "page", alertname: "DiskFull" },
  annotations: { summary: 'a "quoted" one', b: "" },
  generatorURL: "http://prom.test/graph?g0=<x>",
  startsAt: "2026-01-02T05:00:00.5+02:00",
  endsAt: "2026-01-02T04:00:00.123456789Z",
};

describe("POST /api/v2/alerts", () => {
  it("takes alerts without a body in the answer, and the list shows them", async () => {
    await using api = await serve();
    const posted = await api.post("/api/v2/alerts", [ALERT]);
    expect(posted.status).toBe(200);
    expect(posted.headers.get("content-length")).toBe("0");
    expect(posted.headers.get("cache-control")).toBe("no-store");
    expect(posted.headers.get("x-powered-by")).toBeNull();
    const listed = await api.fetch("/api/v2/alerts");
    expect(listed.headers.get("content-type")).toBe("application/json");
    expect(await listed.json()).toEqual([
      {
        annotations: ALERT.annotations,
        endsAt: "2026-01-02T04:00:00.123Z",
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
        receivers: [{ name: "default" }],
        startsAt: "2026-01-02T05:00:00.500+02:00",
        status: { inhibitedBy: [], mutedBy: [], silencedBy: [], state: "active" },
        updatedAt: "2026-01-02T03:04:05.678Z",
        generatorURL: ALERT.generatorURL,
        labels: ALERT.labels,
      },
    ]);
  });

  it("stores the good ones of a list and names what is wrong with the others", async () => {
    await using api = await serve();
    const body = [
      { labels: { alertname: "ok" } },
      { labels: { x: "" } },
      {
        labels: { alertname: "bad" },
        startsAt: "2026-01-02T03:00:00Z",
        endsAt: "2026-01-02T02:00:00Z",
      },
      { labels: { "": "v" } },
    ];
    const posted = await api.post("/api/v2/alerts", body);
    expect(posted.status).toBe(400);
    expect(await posted.json()).toBe(
      "at least one label pair required\nstart time must be before end time\n" +
        'invalid label set: invalid name ""',
    );
    const listed = (await (await api.fetch("/api/v2/alerts")).json()) as unknown[];
    expect(listed).toHaveLength(1);
  });

  it.each([
    ["an alert that is null", [ALERT, null], "alerts[1]: object wanted, null given"],
    ["an alert that is a list", [[]], "alerts[0]: object wanted, array given"],
    ["labels of a wrong type", [{ labels: 1 }], "alerts[0].labels: object wanted, number given"],
    [
      "a label value of a wrong type",
      [ALERT, ALERT, ALERT, { labels: { job: 7 } }],
      "alerts[3].labels.job: string wanted, number given",
    ],
    [
      "an annotation of a wrong type",
      [{ labels: { a: "b" }, annotations: { c: [] } }],
      "alerts[0].annotations.c: string wanted, array given",
    ],
    [
      "a prototype that is a label of a wrong type",
      [{ labels: JSON.parse('{"__proto__": {"polluted": true}}') as unknown }],
      "alerts[0].labels.__proto__: string wanted, object given",
    ],
    ["a time of a wrong type", [{ ...ALERT, startsAt: 5 }], "alerts[0].startsAt: string wanted"],
    [
      "a time that is none",
      [{ ...ALERT, endsAt: "soon" }],
      'alerts[0].endsAt: a time such as 2006-01-02T15:04:05Z wanted, "soon" given',
    ],
    ["no list", { alerts: [] }, "alerts: array wanted, object given"],
  ])("refuses %s, naming the field", async (_name, body, message) => {
    await using api = await serve();
    const posted = await api.post("/api/v2/alerts", body);
    expect(posted.status).toBe(400);
    const answer = (await posted.json()) as { code: number; message: string };
    expect(answer.code).toBe(400);
    expect(answer.message).toContain(`parsing alerts body from "" failed, because ${message}`);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([
    ["no labels", [{}], 602, "0.labels in body is required"],
    [
      "a URL that is none",
      [ALERT, { ...ALERT, generatorURL: "prom.test/x" }],
      601,
      '1.generatorURL in body must be of type uri: "prom.test/x"',
    ],
  ])("answers 422 for %s", async (...[, body, code, message]) => {
    await using api = await serve();
    const posted = await api.post("/api/v2/alerts", body);
    expect(posted.status).toBe(422);
    expect(await posted.json()).toEqual({ code, message });
  });

  it("keeps labels that are called like parts of objects", async () => {
    await using api = await serve();
    const names = ["__proto__", "constructor", "hasOwnProperty"];
    const labels = `{${names.map((name) => `"${name}":"v"`).join(",")}}`;
    const headers = { "Content-Type": "application/json" };
    const body = `[{"labels":${labels},"annotations":${labels}}]`;
    const posted = await api.fetch("/api/v2/alerts", { method: "POST", headers, body });
    expect(posted.status).toBe(200);
    const text = await (await api.fetch("/api/v2/alerts")).text();
    for (const name of names) expect(text.split(`"${name}":"v"`)).toHaveLength(3);
  });

  it.each([
    ["nothing", "", 422],
    ["blanks", " \n ", 422],
    ["null", "null", 200],
    ["something behind the list", '[{"labels":{"a":"]"}}] tail', 200],
    ["a second list", "[][1]", 200],
    ["a broken text", '[{"labels":{"a":"', 400],
    ["a huge number", `[${"9".repeat(5_000)}]`, 400],
    ["a hundred thousand brackets", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, 400],
    ["a hundred thousand brackets that stay open", "[".repeat(100_000), 400],
    ["quotes that never close", `["${'\\"'.repeat(50_000)}`, 400],
  ])("answers a body of %s", async (_name, body, status) => {
    await using api = await serve();
    const headers = { "Content-Type": "application/json" };
    const posted = await api.fetch("/api/v2/alerts", { method: "POST", headers, body });
    expect(posted.status).toBe(status);
  });

  it("replaces halves of surrogate pairs, as Go does", async () => {
    await using api = await serve();
    const headers = { "Content-Type": "application/json" };
    const body = '[{"labels":{"a":"x\\ud800y"}}]';
    expect((await api.fetch("/api/v2/alerts", { method: "POST", headers, body })).status).toBe(200);
    const [alert] = (await (await api.fetch("/api/v2/alerts")).json()) as [{ labels: unknown }];
    expect(alert.labels).toEqual({ a: "x\ufffdy" });
  });

  it("refuses other content types in go-openapi's words", async () => {
    await using api = await serve();
    const posted = await api.post("/api/v2/alerts", [], { "Content-Type": "text/plain" });
    expect(posted.status).toBe(415);
    expect(await posted.json()).toEqual({
      code: 415,
      message: 'unsupported media type "text/plain", only [application/json] are allowed',
    });
  });

  it.each([
    ["POST", "text/plain", 415],
    ["GET", "text/plain", 415],
    ["GET", "application", 400],
    ["POST", "*/json", 500],
    ["GET", "application/json", 200],
  ])("looks at the content type of a body, also where none is read: %s %s", async (...given) => {
    const [method, type, status] = given;
    await using api = await serve();
    const { hostname, port } = new URL(api.url);
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const headers = { "Content-Type": type, "Content-Length": 2 };
    const asked = request({ hostname, port, path: "/api/v2/alerts", method, headers }, (res) => {
      res.resume().once("end", () => resolve(res.statusCode));
    });
    asked.on("error", reject).end("[]");
    expect(await promise).toBe(status);
  });

  it("answers 413 with the limit and its flag, announced or not", async () => {
    await using api = await serve({ bodySizeMaxBytes: 100 });
    const headers = { "Content-Type": "application/json" };
    const text = JSON.stringify([{ labels: { a: "x".repeat(200) } }]);
    const stream = new Blob([text]).stream();
    for (const body of [text, stream]) {
      const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
      const posted = await api.fetch("/api/v2/alerts", init);
      expect(posted.status).toBe(413);
      const message = await posted.text();
      expect(message).toContain("100 bytes (--limits.max-body-bytes)");
    }
  });

  it("counts alerts as firing or resolved, and those that were refused", async () => {
    await using api = await serve();
    const past = new Date(NOW_MS - 60_000).toISOString();
    await api.post("/api/v2/alerts", [
      { labels: { a: "1" } },
      { labels: { a: "2" }, endsAt: past },
      { labels: {} },
    ]);
    const received = api.registry.counter("alertmanager_alerts_received_total", "");
    expect(received.with("firing", "v2").value).toBe(2);
    expect(received.with("resolved", "v2").value).toBe(1);
    const invalid = api.registry.counter("alertmanager_alerts_invalid_total", "");
    expect(invalid.with("v2").value).toBe(1);
  });

  it("takes lists longer than a slice in their order", async () => {
    await using api = await serve();
    const body = Array.from({ length: 1_700 }, (_, n) => ({ labels: { n: `${n}` } }));
    expect((await api.post("/api/v2/alerts", body)).status).toBe(200);
    const listed = (await (await api.fetch("/api/v2/alerts")).json()) as {
      labels: { n: string };
    }[];
    expect(new Set(listed.map(({ labels }) => labels.n)).size).toBe(1_700);
  });
});

describe("GET /api/v2/alerts", () => {
  const config = `
route:
  receiver: all
  routes:
  - {receiver: db, matchers: [team="db"], continue: true}
  - {receiver: chat, matchers: [team=~".+"]}
receivers: [{name: all}, {name: db, labels: {tier: gold}}, {name: chat}]
inhibit_rules: [{source_matchers: [severity="page"], target_matchers: [severity="warn"], equal: [team]}]
`;

  async function filled() {
    const api = await serve();
    api.tenants.fallback = config;
    await api.post("/api/v2/alerts", [
      { labels: { alertname: "A", team: "db", severity: "page" } },
      { labels: { alertname: "B", team: "db", severity: "warn" } },
      { labels: { alertname: "C", team: "net" } },
      { labels: { alertname: "D" } },
    ]);
    await api.post("/api/v2/silences", {
      matchers: [{ name: "alertname", value: "C", isRegex: false }],
      startsAt: new Date(NOW_MS).toISOString(),
      endsAt: new Date(NOW_MS + 3_600_000).toISOString(),
      createdBy: "me",
      comment: "c",
    });
    return api;
  }

  it.each([
    ["nothing", "", "ABCD"],
    ["active=false", "active=false", "BC"],
    ["silenced=no", "silenced=no", "ABD"],
    ["inhibited=0", "inhibited=0", "ACD"],
    ["the last of two booleans", "active=false&active=true", "ABCD"],
    ["unprocessed=false", "unprocessed=false", "ABCD"],
    ["an equality", `filter=${encodeURIComponent('team="db"')}`, "AB"],
    ["two filters", "filter=team%3Ddb&filter=severity%3Dwarn", "B"],
    ["an absent label", `filter=${encodeURIComponent('team=""')}`, "D"],
    ["a present label", `filter=${encodeURIComponent('team!=""')}`, "ABC"],
    ["a receiver", "receiver=db", "AB"],
    ["the last of several receivers", "receiver=d&receiver=db", "AB"],
    ["a receiver's pattern, anchored", "receiver=d", ""],
    ["labels of a receiver", "receiver_matchers=tier%3Dgold", "AB"],
    ["the name of a receiver as its label", "receiver_matchers=name%3Dall", "D"],
  ])("with %s shows what is asked for", async (_name, query, wanted) => {
    await using api = await filled();
    const answer = await api.fetch(`/api/v2/alerts?${query}`);
    expect(answer.status).toBe(200);
    const alerts = (await answer.json()) as { labels: { alertname: string } }[];
    expect(
      alerts
        .map(({ labels }) => labels.alertname)
        .sort()
        .join(""),
    ).toBe(wanted);
  });

  it.each([
    ["filter=team", "bad matcher format: team"],
    ["filter=%7B", "unexpected open or close brace: {"],
    ["filter=a%3D~%22(%22", "error parsing regexp: missing closing ): `^(?:()$`"],
    ["filter=a%3D%22b", 'matcher value contains unescaped double quote: "b'],
    [
      "receiver=(",
      "failed to parse receiver param: error parsing regexp: missing closing ): `^(?:()$`",
    ],
    ["receiver_matchers=x", "failed to parse receiver_matchers param: bad matcher format: x"],
  ])("refuses ?%s in upstream's words", async (query, message) => {
    await using api = await serve();
    const answer = await api.fetch(`/api/v2/alerts?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toBe(message);
  });

  it("GET /alerts/groups names receivers by name and leaves out empty groups", async () => {
    await using api = await filled();
    const answer = await api.fetch("/api/v2/alerts/groups?filter=severity%3Dwarn");
    const groups = (await answer.json()) as Record<string, unknown>[];
    expect(groups.map(({ receiver }) => receiver)).toEqual([{ name: "chat" }, { name: "db" }]);
    expect(groups[0]).toMatchObject({
      labels: {},
      routeLabels: {},
      alerts: [{ receivers: [{ name: "chat" }, { name: "db" }], status: { state: "suppressed" } }],
    });
  });

  it("sends a long list in slices that make one JSON text", async () => {
    await using api = await serve();
    const annotations = { text: "ü".repeat(500) };
    const body = Array.from({ length: 400 }, (_, n) => ({ labels: { n: `${n}` }, annotations }));
    await api.post("/api/v2/alerts", body);
    const answer = await api.fetch("/api/v2/alerts");
    expect(answer.headers.get("content-length")).toBeNull();
    const alerts = (await answer.json()) as { annotations: unknown }[];
    expect(alerts).toHaveLength(400);
    expect(alerts.every((alert) => JSON.stringify(alert.annotations).includes("üü"))).toBe(true);
  });

  it("answers 406 to who does not want JSON", async () => {
    await using api = await serve();
    const wants = (accept: string) => api.fetch("/api/v2/alerts", { headers: { accept } });
    expect((await wants("text/html")).status).toBe(406);
    expect((await wants("application/json;q=0")).status).toBe(406);
    expect((await wants("text/html, application/*;q=0.1")).status).toBe(200);
  });

  it("says in a header that there was no quorum", async () => {
    await using api = await serve();
    api.tenants.quorum = { have: 1, need: 2 };
    const answer = await api.fetch("/api/v2/alerts");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-tocsin-incomplete")).toBe("1/2");
  });
});

describe("/api/v1/alerts", () => {
  it("takes and shows alerts in version 1's envelope", async () => {
    await using api = await serve();
    const posted = await api.post("/api/v1/alerts", [ALERT, { labels: { alertname: "Bare" } }], {
      "Content-Type": "text/plain",
    });
    expect(await posted.json()).toEqual({ status: "success" });
    const listed = await api.fetch("/api/v1/alerts?filter=%7Balertname%3D%22DiskFull%22%7D");
    expect(await listed.json()).toEqual({
      status: "success",
      data: [
        {
          labels: ALERT.labels,
          annotations: ALERT.annotations,
          startsAt: "2026-01-02T05:00:00.5+02:00",
          endsAt: "2026-01-02T04:00:00.123456789Z",
          generatorURL: ALERT.generatorURL,
          status: { state: "unprocessed", silencedBy: [], inhibitedBy: [] },
          receivers: ["default"],
          fingerprint: expect.any(String) as string,
        },
      ],
    });
    const processed = await api.fetch("/api/v1/alerts?unprocessed=false");
    expect(await processed.json()).toEqual({ status: "success", data: [] });
    expect(listed.headers.get("access-control-allow-origin")).toBe("*");
  });

  it.each([
    ["a name beyond ASCII", [{ labels: { "a-b": "x" } }], '"a-b" is not a valid label name'],
    ["no labels", [{}], "at least one label pair required"],
    [
      "two bad ones",
      [{}, {}],
      "at least one label pair required; at least one label pair required",
    ],
  ])("refuses %s", async (_name, body, error) => {
    await using api = await serve();
    const posted = await api.post("/api/v1/alerts", body);
    expect(posted.status).toBe(400);
    expect(await posted.json()).toEqual({ status: "error", errorType: "bad_data", error });
  });

  it.each(["/api/v1/alerts/groups", "/api/v1/alerts/group"])("has groups at %s", async (path) => {
    await using api = await serve();
    await api.post("/api/v1/alerts", [ALERT]);
    expect(await (await api.fetch(path)).json()).toMatchObject({
      status: "success",
      data: [{ receiver: { name: "default" }, alerts: [{ labels: ALERT.labels }] }],
    });
  });

  it("takes true and false only", async () => {
    await using api = await serve();
    const answer = await api.fetch("/api/v1/alerts?active=yes");
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: `parameter "active" can either be 'true' or 'false', not "yes"`,
    });
  });
});
