/**
 * What other programs ask of an Alertmanager, as their sources send it: karma (`internal/mapper/v017`,
 * `internal/verprobe`, `cmd/karma/proxy.go` of August 2026) and Grafana (`ngalert/api/lotex_am.go`,
 * `datasource/alertmanager/DataSource.ts`, `alerting/unified/api` of 2026). Headers and parameters are
 * theirs; of the answers the parts are looked at that they read.
 */
import { gunzipSync } from "node:zlib";
import { request, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, inMs, Instance, type Call } from "../servers/index.ts";

const CONFIG = `
route:
  receiver: default
  group_by: [alertname]
receivers:
  - name: default
`;

interface Group {
  readonly labels: Readonly<Record<string, string>>;
  readonly receiver: { readonly name: string };
  readonly alerts: readonly Alert[];
}

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly fingerprint: string;
  readonly generatorURL: string;
  readonly status: {
    readonly state: string;
    readonly silencedBy: readonly string[];
    readonly inhibitedBy: readonly string[];
  };
}

interface Silence {
  readonly id: string;
  readonly status: { readonly state: string };
  readonly matchers: readonly { readonly isEqual: boolean }[];
}

/** Of a rule in Grafana. */
const RULE_URL = "http://grafana.example/alerting/grafana/x/view?orgId=1";

const ALERT = {
  labels: { alertname: "DiskFull", instance: "db1" },
  annotations: { summary: "full" },
  generatorURL: "http://prometheus.example/graph?g0.expr=up",
};

/** Gzip asked for by name and undone by hand, as karma's reader does. */
async function askForGzip(url: string): Promise<{ encoding: string | undefined; text: string }> {
  const asked = request(url, { headers: { "Accept-Encoding": "gzip" }, agent: false }).end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage]; // Its only argument.
  const encoding = answer.headers["content-encoding"];
  const body = Buffer.concat(await answer.toArray());
  return { encoding, text: (encoding === "gzip" ? gunzipSync(body) : body).toString() };
}

describe("requests of other programs", () => {
  let instance: Instance;
  beforeAll(async () => {
    instance = await Instance.start({ config: CONFIG, flags: ["--cluster.listen-address="] });
    expect((await ask("/api/v2/alerts", json("POST", [ALERT]))).status).toBe(200);
  });
  afterAll(() => instance.remove());

  const ask = (path: string, options?: Call) => call(`${instance.endpoint}${path}`, options);
  const json = (method: string, body: unknown): Call => ({
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const until = () => ({ startsAt: inMs(0), endsAt: inMs(3_600_000) });

  describe("karma", () => {
    const headers = { "User-Agent": "Go-http-client/1.1", "Accept-Encoding": "gzip" };

    it("finds a version on the metrics page that it has a mapper for", async () => {
      const { encoding, text } = await askForGzip(`${instance.endpoint}/metrics`);
      expect(encoding).toBe("gzip");
      const info = /^alertmanager_build_info\{.*version="(\d+)\.(\d+)\.(\d+)"/m.exec(text);
      const [, major = "", minor = ""] = info ?? [];
      // Its constraint is ">=0.22.0".
      expect(Number(major) * 1_000 + Number(minor)).toBeGreaterThanOrEqual(22);
    });

    it("reads groups and silences", async () => {
      const groups = (await ask("/api/v2/alerts/groups", { headers })).json<readonly Group[]>();
      expect(groups).toMatchObject([
        { labels: { alertname: "DiskFull" }, receiver: { name: "default" } },
      ]);
      const [alert] = groups[0]?.alerts ?? [];
      expect(alert).toMatchObject({ ...ALERT, status: { inhibitedBy: [], silencedBy: [] } });
      expect(alert?.fingerprint).toMatch(/^[0-9a-f]{16}$/);
      expect(Date.parse(alert?.startsAt ?? "")).not.toBeNaN();
      const silences = await ask("/api/v2/silences", { headers });
      expect([silences.status, silences.json()]).toEqual([200, []]);
    });

    it("passes silences of its users on", async () => {
      const matchers = [{ name: "alertname", value: "DiskFull", isRegex: false, isEqual: true }];
      // An ID in front of it is what its form sends for a new one, too.
      const draft = { id: "", matchers, ...until(), createdBy: "ann", comment: "c" };
      const posted = await ask("/api/v2/silences", json("POST", draft));
      const { silenceID } = posted.json<{ readonly silenceID: string }>();
      const shown = (await ask("/api/v2/silences", { headers })).json<readonly Silence[]>();
      expect(shown).toMatchObject([{ id: silenceID, matchers, status: { state: "active" } }]);
      const path = `/api/v2/silence/${silenceID}`;
      expect((await ask(path, { method: "DELETE", headers })).status).toBe(200);
    });
  });

  describe("Grafana", () => {
    it("tells that this is no Cortex, and that it is healthy", async () => {
      expect((await ask("/alertmanager/api/v2/status")).status).toBe(404);
      expect((await ask("/api/v1/status/buildinfo")).status).toBe(404);
      const status = (await ask("/api/v2/status")).json<{
        readonly config: { readonly original: string };
        readonly cluster: { readonly status: string; readonly peers: readonly unknown[] };
      }>();
      expect(status.config.original).toContain("receiver: default");
      expect(status.cluster).toEqual({ status: "disabled", peers: [] });
    });

    const filters = [
      { name: "states", query: "silenced=false&inhibited=false&active=true&unprocessed=false" },
      {
        name: "matchers",
        query: "filter=alertname%3D%22DiskFull%22&filter=instance%3D~%22db.%2A%22",
      },
      { name: "none", query: "" },
      // It puts nothing between its own parameters and the matchers in one place.
      {
        name: "glued ones",
        query: "silenced=true&active=true&inhibited=truefilter=alertname%3D%22x%22",
      },
    ];
    it.each(filters)("lists alerts and groups with $name", async ({ query }) => {
      const alerts = (await ask(`/api/v2/alerts?${query}`)).json<readonly Alert[]>();
      expect(alerts).toMatchObject([{ ...ALERT, status: { state: "active" } }]);
      const groups = (await ask(`/api/v2/alerts/groups?${query}`)).json<readonly Group[]>();
      expect(groups).toMatchObject([{ receiver: { name: "default" } }]);
    });

    it("makes, changes, shows and ends silences", async () => {
      const matchers = [{ name: "instance", value: "db.*", isRegex: true, isEqual: true }];
      const draft = { comment: "c", createdBy: "grafana", ...until(), matchers };
      const first = await ask("/api/v2/silences", json("POST", draft));
      const { silenceID } = first.json<{ readonly silenceID: string }>();
      const shown = "ruleMetadata=true&accesscontrol=true";
      const path = `/api/v2/silence/${silenceID}`;
      const read = (await ask(`${path}?${shown}`)).json<Silence>();
      expect(read).toMatchObject({ id: silenceID, matchers, status: { state: "active" } });
      const listed = (await ask(`/api/v2/silences?${shown}`)).json<readonly Silence[]>();
      expect(listed.map(({ id }) => id)).toContain(silenceID);
      const change = json("POST", { ...draft, id: silenceID, comment: "longer", ...until() });
      expect((await ask("/api/v2/silences", change)).status).toBe(200);
      expect((await ask(path, { method: "DELETE" })).status).toBe(200);
      const ended = (await ask(`${path}?${shown}`)).json<Silence>();
      expect(ended.status.state).toBe("expired");
    });

    it("sends what its own rules fire, as Prometheus does", async () => {
      const labels = { alertname: "OfGrafana", grafana_folder: "a b", __alert_rule_uid__: "x" };
      const alert = { labels, annotations: { __value_string__: "[ var='A' ]" }, ...until() };
      const sent = await ask(
        "/api/v2/alerts",
        json("POST", [{ ...alert, generatorURL: RULE_URL }]),
      );
      expect(sent.status).toBe(200);
      const filter = encodeURIComponent('grafana_folder="a b"');
      const found = (await ask(`/api/v2/alerts?filter=${filter}`)).json<readonly Alert[]>();
      expect(found).toMatchObject([{ labels }]);
    });
  });
});
