import { request, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { serve, type Served } from "./fixture/serve.ts";

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly fingerprint: string;
}

/** Alerts `a0`, `a1`, … of two severities. */
async function post(api: Served, count: number): Promise<void> {
  const alerts = Array.from({ length: count }, (_, at) => ({
    labels: { alertname: `a${at}`, severity: at % 2 === 0 ? "page" : "ticket" },
    annotations: { summary: "x".repeat(100) },
  }));
  expect((await api.post("/api/v2/alerts", alerts)).status).toBe(200);
}

async function silence(api: Served, createdBy: string): Promise<void> {
  const answer = await api.post("/api/v2/silences", {
    matchers: [{ name: "alertname", value: "a", isRegex: false }],
    startsAt: "2026-01-02T04:00:00Z",
    endsAt: "2026-01-02T05:00:00Z",
    createdBy,
    comment: "c",
  });
  expect(answer.status).toBe(200);
}

/** Follows `Link` from page to page. */
async function pages<T>(api: Served, path: string): Promise<T[][]> {
  const all: T[][] = [];
  let next: string | undefined = path;
  while (next !== undefined) {
    const answer: Response = await api.fetch(next);
    expect(answer.status).toBe(200);
    all.push((await answer.json()) as T[]);
    next = /^<(.*)>; rel="next"$/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  return all;
}

describe("limit and cursor", () => {
  it("show every alert once, page by page", async () => {
    await using api = await serve();
    await post(api, 7);
    const whole = (await (await api.fetch("/api/v2/alerts")).json()) as Alert[];
    const paged = await pages<Alert>(api, "/api/v2/alerts?limit=3");
    expect(paged.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(paged.flat()).toEqual(whole);
  });

  it("go on behind an alert that is gone, and miss none that stays", async () => {
    await using api = await serve();
    await post(api, 6);
    const first = await api.fetch("/api/v2/alerts?limit=3&sort=alertname");
    expect(((await first.json()) as Alert[]).map(({ labels }) => labels["alertname"])).toEqual([
      "a0",
      "a1",
      "a2",
    ]);
    const ended = { startsAt: "2026-01-02T01:00:00Z", endsAt: "2026-01-02T02:00:00Z" };
    await api.post("/api/v2/alerts", [{ labels: { alertname: "a2", severity: "page" }, ...ended }]);
    const cursor = first.headers.get("x-tocsin-next-cursor");
    const second = await api.fetch(`/api/v2/alerts?limit=3&sort=alertname&cursor=${cursor}`);
    const names = ((await second.json()) as Alert[]).map(({ labels }) => labels["alertname"]);
    expect(names).toEqual(["a3", "a4", "a5"]);
  });

  it("hold for groups and silences, in version 1 too", async () => {
    await using api = await serve();
    api.tenants.fallback =
      "route: {receiver: default, group_by: [alertname]}\nreceivers: [{name: default}]\n";
    await post(api, 5);
    for (const name of ["ann", "bob", "cho"]) await silence(api, name);
    const groups = await pages<unknown>(api, "/api/v2/alerts/groups?limit=2");
    expect(groups.map((page) => page.length)).toEqual([2, 2, 1]);
    const silences = await pages<{ createdBy: string }>(
      api,
      "/api/v2/silences?limit=2&sort=-createdBy",
    );
    expect(silences.flat().map(({ createdBy }) => createdBy)).toEqual(["cho", "bob", "ann"]);
    for (const list of ["alerts", "alerts/groups", "silences"]) {
      const answer = await api.fetch(`/api/v1/${list}?limit=2`);
      const { data } = (await answer.json()) as { data: unknown[] };
      expect(data).toHaveLength(2);
      expect(answer.headers.get("x-tocsin-next-cursor")).not.toBeNull();
    }
  });
});

describe("sort and fields", () => {
  it("sort by what is asked for, in both directions", async () => {
    await using api = await serve();
    await post(api, 4);
    const namesBy = async (sort: string): Promise<string[]> => {
      const answer = await api.fetch(`/api/v2/alerts?sort=${sort}`);
      return ((await answer.json()) as Alert[]).map(({ labels }) => labels["alertname"] ?? "");
    };
    expect(await namesBy("alertname")).toEqual(["a0", "a1", "a2", "a3"]);
    expect(await namesBy("-alertname")).toEqual(["a3", "a2", "a1", "a0"]);
    const bySeverity = await namesBy("severity");
    expect(bySeverity.slice(0, 2).toSorted()).toEqual(["a0", "a2"]);
  });

  it("show a part of each item", async () => {
    await using api = await serve();
    await post(api, 1);
    const alerts = await (await api.fetch("/api/v2/alerts?fields=labels,startsAt")).json();
    expect(alerts).toEqual([
      { labels: { alertname: "a0", severity: "page" }, startsAt: "2026-01-02T03:04:05.678Z" },
    ]);
    const groups = await (await api.fetch("/api/v2/alerts/groups?fields=receiver")).json();
    expect(groups).toEqual([{ receiver: { name: "default" } }]);
  });
});

describe("parameters of lists", () => {
  const other = Buffer.from(JSON.stringify(["startsAt", 1, "x"])).toString("base64url");
  it.each([
    { query: "limit=0", says: 'parameter "limit" cannot be "0": a whole number from 1 is wanted' },
    { query: "limit=1e3", says: 'parameter "limit" cannot be "1e3"' },
    { query: "sort=age", says: 'parameter "sort" cannot be "age": one of fingerprint, alertname' },
    { query: "sort=__proto__", says: 'parameter "sort" cannot be "__proto__"' },
    { query: "fields=labels,nope", says: 'parameter "fields" cannot be "nope": some of labels' },
    { query: "cursor=rubbish", says: 'parameter "cursor" cannot be "rubbish"' },
    { query: `cursor=${other}`, says: "with the same sort" },
  ])("?$query is refused with its name", async ({ query, says }) => {
    await using api = await serve();
    const answer = await api.fetch(`/api/v2/alerts?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toContain(says);
    const old = await api.fetch(`/api/v1/alerts?${query}`);
    expect(await old.json()).toMatchObject({ status: "error", errorType: "bad_data" });
  });
});

describe("ETag", () => {
  it("is the same until something changes, and answers 304 to who has it", async () => {
    await using api = await serve();
    await post(api, 3);
    const first = await api.fetch("/api/v2/alerts");
    const tag = first.headers.get("etag") ?? "";
    expect(tag).toMatch(/^W\/"[\w-]+"$/);
    const ifNew = { headers: { "If-None-Match": `"other", ${tag}` } };
    const again = await api.fetch("/api/v2/alerts", ifNew);
    expect([again.status, await again.text()]).toEqual([304, ""]);
    await post(api, 4);
    const changed = await api.fetch("/api/v2/alerts", ifNew);
    expect(changed.status).toBe(200);
    expect(changed.headers.get("etag")).not.toBe(tag);
  });

  it("is left out of an answer that is sent while it is made", async () => {
    await using api = await serve();
    await post(api, 4_000);
    const answer = await api.fetch("/api/v2/alerts");
    expect(answer.headers.get("etag")).toBeNull();
    expect(await answer.json()).toHaveLength(4_000);
  });
});

describe("gzip", () => {
  /** Without what fetch adds and undoes. */
  async function raw(api: Served, path: string, acceptEncoding?: string) {
    const headers = acceptEncoding === undefined ? {} : { "accept-encoding": acceptEncoding };
    const asked = request(`${api.url}${path}`, { headers, agent: false }).end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage]; // Its only argument.
    return { headers: answer.headers, body: Buffer.concat(await answer.toArray()) };
  }

  it.each([
    { accept: "gzip", isPacked: true },
    { accept: "br, GZIP;q=0.5", isPacked: true },
    { accept: "*", isPacked: false },
    { accept: "*, gzip", isPacked: true },
    { accept: "gzip;q=0, *", isPacked: false },
    { accept: "identity", isPacked: false },
    { accept: undefined, isPacked: false },
  ])("is used where it is accepted: $accept", async ({ accept, isPacked }) => {
    await using api = await serve();
    await post(api, 40);
    const { headers, body } = await raw(api, "/api/v2/alerts", accept);
    expect(headers["content-encoding"]).toBe(isPacked ? "gzip" : undefined);
    expect(headers.vary).toBe("Origin, Accept-Encoding");
    const text = (isPacked ? gunzipSync(body) : body).toString();
    expect(JSON.parse(text)).toHaveLength(40);
  });

  it("packs what is sent while it is made, and not what is short", async () => {
    await using api = await serve();
    expect((await raw(api, "/api/v2/alerts", "gzip")).headers["content-encoding"]).toBeUndefined();
    await post(api, 4_000);
    const { headers, body } = await raw(api, "/api/v2/alerts", "gzip");
    expect(headers["content-encoding"]).toBe("gzip");
    expect(JSON.parse(gunzipSync(body).toString())).toHaveLength(4_000);
  });
});
