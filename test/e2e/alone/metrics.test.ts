import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, eventually, inMs, Instance } from "../servers/index.ts";

interface Family {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
}

const GOLDEN = join(import.meta.dirname, "../../golden/metrics");
/** What concerns the runtime or the libraries of Go; docs/differences.md lists the same. */
const LEFT_OUT =
  /^(go_|net_conntrack_|promhttp_|process_network_|process_virtual_memory_max_bytes|alertmanager_marked_alerts)/;
/** Read off the library of figures of the process, in its own words. */
const OWN_HELP = /^process_/;

const CONFIG = `
route:
  receiver: dead
  group_by: [alertname]
  group_wait: 100ms
  group_interval: 1s
  routes:
    - matchers: [alertname="Muted"]
      mute_time_intervals: [always]
time_intervals:
  - name: always
    time_intervals: [{years: ["1970:2100"]}]
inhibit_rules:
  - source_matchers: [sev="crit"]
    target_matchers: [sev="warn"]
receivers:
  - name: dead
    webhook_configs: [{url: "http://127.0.0.1:1/x"}]
  - name: unused
    webhook_configs: [{url: "http://127.0.0.1:1/x"}]
`;

function goldenFamilies(version: string): readonly Family[] {
  const text = readFileSync(join(GOLDEN, `families-${version}.json`), "utf8");
  const families = JSON.parse(text) as readonly Family[]; // Golden data of this form.
  return families.filter(({ name }) => !LEFT_OUT.test(name));
}

interface Page {
  readonly families: ReadonlyMap<string, Family>;
  /** By name and labels as they stand on the page. */
  readonly values: ReadonlyMap<string, number>;
}

function parsePage(text: string): Page {
  const families = new Map<string, Family>();
  const values = new Map<string, number>();
  let help = "";
  let family: (Family & { readonly labels: string[] }) | undefined;
  for (const line of text.split("\n")) {
    const [, kind, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === "HELP") help = rest;
    else if (kind === "TYPE") {
      family = { name, type: rest, labels: [], help };
      families.set(name, family);
    } else if (line !== "" && family !== undefined) {
      const at = line.lastIndexOf(" ");
      values.set(line.slice(0, at), Number(line.slice(at + 1)));
      const names = line.matchAll(/([a-z_]+)="(?:[^"\\]|\\.)*"/g);
      for (const [, label = ""] of names) {
        if (!["le", "quantile", ...family.labels].includes(label)) family.labels.push(label);
      }
    }
  }
  return { families, values };
}

describe("the metrics", () => {
  let instance: Instance;
  let client: Client;
  let page: Page;
  const scrape = async (): Promise<Page> => parsePage((await client.call("/metrics")).text);

  beforeAll(async () => {
    instance = await Instance.start({
      config: CONFIG,
      flags: [
        "--cluster.listen-address=127.0.0.1:0",
        "--cluster.peer-name=only",
        "--alerts.per-alertname-limit=2",
        "--data.maintenance-interval=200ms",
      ],
    });
    client = new Client(instance.endpoint);
    await client.silence("Silenced");
    const limited = ["1", "2", "3"].map((n) => ({ labels: { alertname: "Many", n } }));
    await client.post(
      { labels: { alertname: "Source", sev: "crit" } },
      { labels: { alertname: "Target", sev: "warn" } },
      { labels: { alertname: "Muted" } },
      { labels: { alertname: "Silenced" } },
      { labels: { alertname: "Over" }, startsAt: inMs(-1_000), endsAt: inMs(0) },
      ...limited,
    );
    await client.alerts();
    await eventually("everything has been counted", async () => {
      page = await scrape();
      const wanted = [
        'notifications_suppressed_total{reason="silence"}',
        'notifications_suppressed_total{reason="inhibition"}',
        'notifications_suppressed_total{reason="mute_time_interval"}',
        'notification_requests_failed_total{integration="webhook"}',
        "silences_snapshot_size_bytes",
        "silences_gc_duration_seconds_count",
      ];
      return wanted.every((name) => valueOf(name) > 0);
    });
  });
  afterAll(() => instance.remove());

  const valueOf = (name: string): number => page.values.get(`alertmanager_${name}`) ?? 0;

  it.for(goldenFamilies("0.34"))("have $name as 0.34 has it", (wanted) => {
    const found = page.families.get(wanted.name);
    expect(found).toBeDefined();
    expect(found?.type).toBe(wanted.type);
    expect(found?.labels.toSorted()).toEqual(wanted.labels);
    if (!OWN_HELP.test(wanted.name)) expect(found?.help).toBe(wanted.help);
  });

  it("have everything that 0.25 had, under the same name and of the same type", () => {
    for (const { name, type, labels } of goldenFamilies("0.25")) {
      const found = page.families.get(name);
      expect(found?.type, name).toBe(type);
      for (const label of labels) expect(found?.labels, name).toContain(label);
    }
  });

  it("say what is there", () => {
    expect(valueOf('alerts{state="suppressed"}')).toBe(2);
    expect(valueOf('silences{state="active"}')).toBe(1);
    expect(valueOf("silences_state_size")).toBe(1);
    expect(valueOf('alerts_received_total{status="firing",version="v2"}')).toBe(7);
    expect(valueOf('alerts_received_total{status="resolved",version="v2"}')).toBe(1);
    expect(valueOf("alerts_limited_total")).toBe(1);
    expect(valueOf("receivers")).toBe(1);
    expect(valueOf("integrations")).toBe(1);
    expect(valueOf("inhibition_rules")).toBe(1);
    expect(valueOf("cluster_members")).toBe(1);
    expect(valueOf('cluster_peer_info{peer="only"}')).toBe(1);
    expect(valueOf("silences_snapshot_size_bytes")).toBeGreaterThan(50);
    expect(valueOf("nflog_queries_total")).toBeGreaterThan(0);
    expect(valueOf("silences_queries_total")).toBeGreaterThan(0);
  });

  it("follow what happens", async () => {
    for (const { id } of await client.silences()) await client.expire(id);
    page = await scrape();
    expect(valueOf('silences{state="active"}')).toBe(0);
    expect(valueOf('silences{state="expired"}')).toBe(1);
    expect(valueOf('alerts{state="suppressed"}')).toBe(1);
  });

  it("tell by how much the event loop is late", () => {
    const name = "tocsin_event_loop_delay_seconds";
    expect(page.families.get(name)?.type).toBe("histogram");
    expect(page.values.get(`${name}_count`)).toBeGreaterThan(0);
  });
});
