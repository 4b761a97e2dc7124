import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Sink, type ReceivedRequest } from "../notify/sink.ts";
import { Client, eventually, Instance, makeFolder, removeFolder } from "../servers/index.ts";
import { logged } from "./world.ts";

const RECEIVERS = ["hook", "chat", "lost", "heavy"];

/** Each receiver is told what has its name as `to`. */
function configFor(sink: string): string {
  const routes = RECEIVERS.map((name) => `  - {receiver: ${name}, matchers: ['to="${name}"']}`);
  return `
templates: ["tmpl/*.tmpl"]
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 100ms
  group_interval: 5m
  labels: {owner: '{{ .CommonLabels.team }} of {{ .GroupLabels.alertname }}'}
  routes:
${routes.join("\n")}
receivers:
  - name: hook
    webhook_configs:
      - url: 'http://${sink}/{{ .GroupLabels.alertname }}/{{ .CommonLabels.team | urlquery }}'
        payload:
          text: '{{ template "own.text" . }}'
          alerts: {'{{ .Status }}': '{{ len .Alerts }}'}
          owner: '{{ routeLabels "owner" }}'
  - name: chat
    discord_configs:
      - webhook_url: http://${sink}/chat
        title: '{{ .Nope }}'
        message: '{{ template "own.text" . }}'
  - name: lost
    webhook_configs:
      - url: 'http://${sink}/{{ template "nowhere" . }}'
  - name: heavy
    discord_configs:
      - webhook_url: http://${sink}/heavy
        message: '{{ range 100000 }}{{ end }}'
`;
}

const OWN_TEXT = '{{ define "own.text" }}{{ .CommonLabels.alertname | toUpper }} is bad{{ end }}';
const OVERRIDES = "overrides: {anonymous: {max-template-steps: 5000}}";
const FALLBACKS = "tocsin_notification_template_fallbacks_total";
const FAILURES = "alertmanager_notifications_failed_total";

/** The first request for a target that begins like this. */
async function received(sink: Sink, target: string): Promise<ReceivedRequest> {
  const find = (): ReceivedRequest | undefined =>
    sink.received.find((request) => request.target.startsWith(target));
  await eventually(`a request for ${target}`, () => find() !== undefined);
  return find()!;
}

describe("templates of a configuration file", () => {
  let sink: Sink;
  let instance: Instance;
  let client: Client;
  let folder: string;

  const writeTemplates = (text: string): Promise<void> =>
    writeFile(join(instance.folder, "tmpl/own.tmpl"), text);
  const tell = (to: string, alertname: string): Promise<void> =>
    client.post({ labels: { alertname, to, team: "db & web" } });
  const reload = (): ReturnType<Client["call"]> => client.call("/-/reload", { method: "POST" });

  beforeAll(async () => {
    sink = await Sink.start();
    folder = await makeFolder("limits");
    const overrides = join(folder, "overrides.yml");
    await writeFile(overrides, OVERRIDES);
    instance = await Instance.prepare({
      config: configFor(sink.addresses["SINK_HTTP"] ?? ""),
      flags: [`--limits.overrides-file=${overrides}`, "--cluster.listen-address="],
    });
    await mkdir(join(instance.folder, "tmpl"));
    await writeTemplates(OWN_TEXT);
    await instance.start();
    client = new Client(instance.endpoint);
  });
  afterAll(async () => {
    await instance.remove();
    await sink.stop();
    await removeFolder(folder);
  });

  it("make a webhook's address and payload, with the labels of its route", async () => {
    await tell("hook", "Disk");
    const { target, body } = await received(sink, "/Disk/");
    expect(target).toBe("/Disk/db+%26+web");
    expect(JSON.parse(body)).toEqual({
      text: "DISK is bad",
      alerts: { firing: 1 },
      owner: "db & web of Disk",
    });
    const groups = (await client.call("/api/v2/alerts/groups")).json<unknown[]>();
    expect(groups).toMatchObject([{ routeLabels: { owner: "db & web of Disk" } }]);
  });

  it("that fail in a text for people are told in other words, and counted", async () => {
    await tell("chat", "Queue");
    const { body } = await received(sink, "/chat");
    const [embed] = (JSON.parse(body) as { embeds: { title: string; description: string }[] })
      .embeds;
    expect(embed?.title).toBe("[FIRING:1] Queue (db & web chat) (template failed)");
    expect(embed?.description).toBe("QUEUE is bad");
    const series = `${FALLBACKS}{integration="discord",sent="default"}`;
    await eventually("the fallback is counted", async () => (await client.metric(series)) === 1);
    await logged(instance, /Template of a notification failed.* field=title .*field Nope/);
  });

  it("that fail in an address end the notification, with a reason", async () => {
    await tell("lost", "Net");
    const series = `${FAILURES}{integration="webhook",reason="other"}`;
    await eventually("the failure is counted", async () => (await client.metric(series)) === 1);
    await logged(
      instance,
      /Notify for alerts failed.*lost\/webhook\[0\].*failed to template webhook URL: template: :1:/,
    );
  });

  it("that cost more than the tenant may spend are stopped, and the limit is named", async () => {
    await tell("heavy", "Loop");
    const { body } = await received(sink, "/heavy");
    expect(body).toMatch(
      /"description":"The template of this notification failed: .*Alerts Firing:/,
    );
    await logged(
      instance,
      /tenant=anonymous receiver=heavy .* field=message .*\(5000\), see the limit .*"max-template-steps/,
    );
  });

  it("are read anew by a reload, and the old ones stay when one is broken", async () => {
    await writeTemplates('{{ define "own.text" }}\n{{ nosuch . }}{{ end }}');
    const answer = await reload();
    expect(answer.status).toBe(500);
    expect(answer.text).toContain('template: own.tmpl:2: function "nosuch" not defined');
    await tell("hook", "Kept");
    expect((await received(sink, "/Kept/")).body).toContain("KEPT is bad");
    await writeTemplates('{{ define "own.text" }}mended{{ end }}');
    expect((await reload()).status).toBe(200);
    await tell("hook", "Mended");
    expect((await received(sink, "/Mended/")).body).toContain('"text":"mended"');
  });
});

describe("a start with a template that does not parse", () => {
  it("is refused with file, line and column", async () => {
    const instance = await Instance.prepare({ config: configFor("127.0.0.1:9") });
    try {
      await mkdir(join(instance.folder, "tmpl"));
      await writeFile(join(instance.folder, "tmpl/bad.tmpl"), '{{ define "a" }}\n  {{ .Foo }');
      const process = instance.launch();
      expect((await process.ended).code).toBe(1);
      expect(process.log).toMatch(/faults="template: bad\.tmpl:2:10: unexpected/);
    } finally {
      await instance.remove();
    }
  });
});

describe("templates of tenants", () => {
  let sink: Sink;
  let instance: Instance;

  beforeAll(async () => {
    sink = await Sink.start();
    instance = await Instance.start({
      flags: ["--tenancy.enabled", "--limits.max-template-file-bytes=1KiB"],
    });
    await writeFile(join(instance.folder, "secret.tmpl"), '{{ define "own.text" }}secret{{ end }}');
  });
  afterAll(async () => {
    await instance.remove();
    await sink.stop();
  });

  const store = (tenant: string, envelope: object): ReturnType<Client["call"]> =>
    new Client(instance.endpoint, tenant).call("/cortex/api/v1/alerts", {
      method: "POST",
      body: JSON.stringify(envelope),
    });
  const configOf = (templates: string): string => `
templates: [${templates}]
route: {receiver: hook, group_wait: 100ms}
receivers:
  - name: hook
    webhook_configs:
      - url: 'http://${sink.addresses["SINK_HTTP"]}/{{ .CommonLabels.tenant }}'
        payload: {text: '{{ template "own.text" . }}'}
`;

  it("are those that came with the configuration, each tenant's own", async () => {
    for (const tenant of ["team-a", "team-b"]) {
      const text = `{{ define "own.text" }}text of ${tenant}{{ end }}`;
      const files = { "own.tmpl": text, "unused.txt": "{{ broken" };
      const envelope = { alertmanager_config: configOf('"*.tmpl"'), template_files: files };
      expect((await store(tenant, envelope)).status).toBe(201);
      await new Client(instance.endpoint, tenant).post({ labels: { alertname: "A", tenant } });
    }
    expect((await received(sink, "/team-a")).body).toBe('{"text":"text of team-a"}\n');
    expect((await received(sink, "/team-b")).body).toBe('{"text":"text of team-b"}\n');
  });

  it("are refused when they do not parse, are large, or are files of the host", async () => {
    const files = { "own.tmpl": '{{ define "own.text" }}\n{{ nosuch }}{{ end }}' };
    const broken = { alertmanager_config: configOf("own.tmpl"), template_files: files };
    const answer = await store("team-c", broken);
    expect([answer.status, answer.text]).toEqual([
      400,
      "error validating Alertmanager config: " +
        'template: own.tmpl:2:3: function "nosuch" not defined\n',
    ]);
    const large = { ...broken, template_files: { "own.tmpl": "x".repeat(1_025) } };
    expect((await store("team-c", large)).text).toBe(
      "error validating Alertmanager config: Cannot use the template files: " +
        "they have 1025 bytes, 1024 are allowed\n",
    );
    const path = JSON.stringify(join(instance.folder, "secret.tmpl"));
    const reaching = await store("team-c", { alertmanager_config: configOf(path) });
    expect([reaching.status, reaching.text]).toEqual([
      400,
      `error validating Alertmanager config: invalid template name ${path}: ` +
        "the template name cannot contain any path\n",
    ]);
  });
});
