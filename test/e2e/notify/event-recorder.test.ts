import { once } from "node:events";
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "@tocsin/clock-system";
import { parseConfig, type EventRecorderConfig } from "@tocsin/domain/config";
import type { AlertRecord, InstanceId, TenantId } from "@tocsin/domain/model";
import type { EngineEvent } from "@tocsin/engine/ports";
import { MetricRegistry, Series, type Logger } from "@tocsin/foundation";
import { EventRecorder } from "@tocsin/integrations/event-recorder";
import { ByteServers } from "./byte-servers.ts";

const TENANT = "team-a" as TenantId;
let folder = "";
let server: Server;
let url = "";
let bodies: string[] = [];
let statuses: number[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "event-recorder-"));
  server = createServer((request, reply) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      bodies.push(body);
      reply.writeHead(statuses.shift() ?? 200).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // It listens on TCP.
});

beforeEach(() => {
  bodies = [];
  statuses = [];
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
  await once(server, "close");
});

interface World {
  readonly recorder: EventRecorder;
  readonly lines: string[];
  readonly stdout: string[];
  readonly metric: (name: string, ...labels: readonly string[]) => number;
}

function worldOf(showsTenant = false): World {
  const lines: string[] = [];
  const stdout: string[] = [];
  const metrics = new MetricRegistry();
  const logger: Logger = {
    enabled: () => true,
    log: (level, message, fields) =>
      void lines.push(`${level} ${message} ${String(fields?.["err"])}`),
    with: () => logger,
  };
  const recorder = new EventRecorder({
    clock: systemClock,
    logger,
    metrics,
    version: "0.34.0",
    readSecret: (path) => Promise.reject(new Error(`open ${path}: no such file or directory`)),
    instance: "host-1",
    showsTenant,
    writeStdout: (text) => void stdout.push(text),
  });
  const metric = (name: string, ...labels: readonly string[]): number => {
    const data = metrics.families.get(name)?.series.get(labels.join("\u0000"))?.data;
    return data instanceof Series ? data.value : 0;
  };
  return { recorder, lines, stdout, metric };
}

function configOf(outputs: string): EventRecorderConfig {
  const text = `route: {receiver: a}\nreceivers: [{name: a}]\nevent_recorder: {${outputs}}\n`;
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join("; "));
  return parsed.config.document.eventRecorder;
}

function created(instance: string): EngineEvent {
  const alert: AlertRecord = {
    names: ["alertname", "instance"],
    values: ["Up", instance],
    fpHi: 1,
    fpLo: 2,
    annotations: "{}",
    generatorUrl: "",
    startsAtMs: Date.UTC(2026, 0, 1),
    endsAtMs: Date.UTC(2096, 0, 1),
    sent: undefined,
    past: undefined,
    updatedAtMs: 0,
    timeout: false,
    stampUs: 1,
    stampBy: "am-1" as InstanceId,
    prevUs: 0,
    prevBy: "",
    keepUntilMs: 0,
  };
  return { kind: "alert-created", alert };
}

/** As much of an event as is looked at here. */
interface EventLine {
  readonly tenant?: string;
  readonly data: {
    readonly alertCreated: {
      readonly alert: {
        readonly labels: { readonly labels: readonly { readonly value: string }[] };
      };
    };
  };
}

const eventsIn = (text: string): readonly EventLine[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as EventLine);

const instancesIn = (text: string): readonly unknown[] =>
  eventsIn(text).map(({ data }) => data.alertCreated.alert.labels.labels[1]?.value);

describe("EventRecorder", () => {
  it("writes what is recorded to files and to the standard output, in order", async () => {
    const { recorder, stdout, metric } = worldOf();
    const path = join(folder, "order.jsonl");
    await recorder.apply(configOf(`file_outputs: [{path: "${path}"}], stdout_outputs: [{}]`));
    for (const name of ["1", "2", "3"]) recorder.record(TENANT, created(name));
    await recorder.close();
    const text = readFileSync(path, "utf8");
    expect(instancesIn(text)).toEqual(["1", "2", "3"]);
    expect(eventsIn(text)[0]).not.toHaveProperty("tenant");
    expect(stdout.join("")).toBe(text);
    expect(statSync(path).mode & 0o777).toBe(0o644 & ~process.umask());
    const output = `file:${path}`;
    expect(metric("alertmanager_events_recorded_total", "alert_created", output, "success")).toBe(
      3,
    );
    const bytes = metric(
      "alertmanager_event_recorder_bytes_written_total",
      "alert_created",
      output,
    );
    expect(bytes).toBe(text.length - 3);
  });

  it("says whose event it is where there are tenants", async () => {
    const { recorder, stdout } = worldOf(true);
    await recorder.apply(configOf("stdout_outputs: [{}]"));
    recorder.record(TENANT, created("1"));
    recorder.recordOwn({ kind: "shutdown" });
    await recorder.close();
    const tenants = eventsIn(stdout.join("")).map(({ tenant }) => tenant);
    expect(tenants).toEqual([TENANT, undefined]);
  });

  it("goes on in a new file when the old one was renamed or removed", async () => {
    const { recorder, metric } = worldOf();
    const path = join(folder, "rotated.jsonl");
    const done = (count: number): Promise<void> =>
      expect
        .poll(() =>
          metric("alertmanager_events_recorded_total", "alert_created", `file:${path}`, "success"),
        )
        .toBe(count);
    await recorder.apply(configOf(`file_outputs: [{path: "${path}"}]`));
    recorder.record(TENANT, created("1"));
    await done(1);
    renameSync(path, `${path}.1`);
    recorder.record(TENANT, created("2"));
    await done(2);
    rmSync(path);
    recorder.record(TENANT, created("3"));
    await recorder.close();
    expect(instancesIn(readFileSync(`${path}.1`, "utf8"))).toEqual(["1"]);
    expect(instancesIn(readFileSync(path, "utf8"))).toEqual(["3"]);
  });

  it("posts to a webhook, again when that fails, and gives up in the end", async () => {
    const { recorder, lines } = worldOf();
    statuses = [500, 200, 503, 503];
    const webhook = `{url: "${url}/?token=secret", workers: 1, max_retries: 2, retry_backoff: 1ms}`;
    await recorder.apply(configOf(`webhook_outputs: [${webhook}]`));
    recorder.record(TENANT, created("1"));
    recorder.record(TENANT, created("2"));
    await recorder.close();
    expect(bodies.flatMap(instancesIn)).toEqual(["1", "1", "2", "2"]);
    expect(lines.filter((line) => line.startsWith("warn"))).toHaveLength(3);
    expect(lines.at(-1)).toContain("gave up");
    expect(lines.join()).not.toContain("secret");
  });

  it("posts all to a webhook whose answers have no end, each once", async () => {
    const servers = new ByteServers();
    const server = await servers.serve((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n");
    });
    const { recorder, lines } = worldOf();
    await recorder.apply(configOf(`webhook_outputs: [{url: "http://127.0.0.1:${server.port}"}]`));
    for (let at = 0; at < 150; at += 1) recorder.record(TENANT, created(String(at)));
    const posts = (): number => server.received.match(/POST/g)?.length ?? 0;
    await expect.poll(posts, { timeout: 8_000 }).toBe(150);
    await expect.poll(() => server.open, { timeout: 8_000 }).toBe(0);
    await recorder.close();
    expect(lines).toEqual([]);
    expect(posts()).toBe(150);
    await servers.stop();
  }, 20_000);

  it("posts arrays of no more than so many events if batches are wanted", async () => {
    const { recorder } = worldOf();
    const webhook = `{url: "${url}", workers: 1, batch: true, batch_max_events: 2}`;
    await recorder.apply(configOf(`webhook_outputs: [${webhook}]`));
    for (const name of ["1", "2", "3"]) recorder.record(TENANT, created(name));
    await recorder.close();
    expect(bodies.map((body) => (JSON.parse(body) as unknown[]).length)).toEqual([2, 1]);
  });

  it("drops and counts what comes faster than it can be written", async () => {
    const { recorder, stdout, metric } = worldOf();
    await recorder.apply(configOf("stdout_outputs: [{}]"));
    for (let at = 0; at < 9_000; at += 1) recorder.record(TENANT, created("1"));
    expect(metric("alertmanager_events_dropped_total", "alert_created")).toBe(9_000 - 8_192);
    expect(metric("alertmanager_event_recorder_queue_length")).toBe(8_192);
    await recorder.close();
    expect(stdout.join("").trim().split("\n")).toHaveLength(8_192);
  });

  it("keeps its outputs when one of the new ones cannot be opened, and says so", async () => {
    const { recorder, stdout, lines } = worldOf();
    await recorder.apply(configOf("stdout_outputs: [{}]"));
    await recorder.apply(
      configOf(`file_outputs: [{path: "${folder}/none/x"}], stdout_outputs: [{}]`),
    );
    expect(lines.join("\n")).toContain("Failed to create file event recorder output");
    expect(lines.at(-1)).toContain("keeping existing outputs");
    recorder.record(TENANT, created("1"));
    await recorder.close();
    expect(stdout).toHaveLength(1);
  });

  it("starts with the outputs that can be opened", async () => {
    const { recorder, stdout, lines } = worldOf();
    await recorder.apply(
      configOf("kafka_outputs: [{brokers: [a], topic: t}], stdout_outputs: [{}]"),
    );
    expect(lines.join()).toContain("kafka outputs are not supported");
    recorder.record(TENANT, created("1"));
    await recorder.close();
    expect(stdout).toHaveLength(1);
  });

  it("makes no webhook output whose TLS files cannot be read, and says so", async () => {
    const { recorder, lines, stdout } = worldOf();
    const client = "{tls_config: {ca_file: /none.pem}}";
    const webhook = `webhook_outputs: [{url: "http://127.0.0.1:1/", http_config: ${client}}]`;
    await recorder.apply(configOf("stdout_outputs: [{}]"));
    await recorder.apply(configOf(webhook));
    const file = "unable to read file /none.pem: open /none.pem: no such file or directory";
    expect(lines).toEqual([
      "error Failed to create webhook event recorder output " +
        `creating HTTP client for event recorder webhook: unable to read CA cert: ${file}`,
      expect.stringContaining("keeping existing outputs"),
    ]);
    recorder.record(TENANT, created("1"));
    await recorder.close();
    expect(stdout).toHaveLength(1);
  });

  it("keeps nothing while there is no output", async () => {
    const { recorder, metric } = worldOf();
    await recorder.apply(undefined);
    recorder.record(TENANT, created("1"));
    expect(metric("alertmanager_event_recorder_queue_length")).toBe(0);
    await recorder.close();
  });
});
