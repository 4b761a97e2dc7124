/**
 * The event recorder (`event_recorder` of a configuration, feature `event-recorder`). Recording puts a
 * reference into a bounded queue and returns; texts are made and written later, in slices, so it cannot
 * slow a notification down. What finds the queue full is counted and dropped. Mirrors `eventrecorder/` of
 * Alertmanager 0.34.
 */
import type { EventRecorderConfig } from "@tocsin/domain/config";
import type { TenantId } from "@tocsin/domain/model";
import type { EventSink } from "@tocsin/engine/ports";
import {
  AppError,
  type Clock,
  type Logger,
  type MetricRegistry,
  type Series,
} from "@tocsin/foundation";
import { HttpAgents } from "../http/agents.ts";
import { findClientFault } from "../http/check-client.ts";
import type { HttpDeps } from "../http/client.ts";
import { eventJson, eventType, type RecordedEvent } from "./event-json.ts";
import { FileOutput } from "./file-output.ts";
import type { Output } from "./output.ts";
import { RecorderMetrics } from "./recorder-metrics.ts";
import { StdoutOutput } from "./stdout-output.ts";
import { WebhookOutput } from "./webhook-output.ts";

export interface EventRecorderDeps extends Omit<HttpDeps, "agents"> {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
  /** Host name, which every event carries. */
  readonly instance: string;
  /** Events say which tenant they are of. */
  readonly showsTenant: boolean;
  readonly writeStdout: (text: string) => void;
}

interface Queued {
  readonly event: RecordedEvent;
  readonly tenant: TenantId | undefined;
  readonly atMs: number;
}

const QUEUE_COUNT_MAX = 8_192;
/** Made and written in one go; some milliseconds. */
const SLICE_COUNT = 100;
const CLOSE_MS = 5_000;

export class EventRecorder implements EventSink {
  readonly #deps: EventRecorderDeps;
  readonly #metrics: RecorderMetrics;
  readonly #agents: HttpAgents;
  readonly #queue: Queued[] = [];
  #outputs: readonly Output[] = [];
  #configText = "";
  #draining: Promise<void> | undefined;
  /** Changes of the outputs, one after the other. */
  #applying: Promise<void> = Promise.resolve();

  constructor(deps: EventRecorderDeps) {
    this.#deps = deps;
    this.#agents = new HttpAgents(deps.clock);
    this.#metrics = new RecorderMetrics(deps.metrics);
  }

  record(tenant: TenantId, event: RecordedEvent): void {
    this.#put({ event, tenant: this.#deps.showsTenant ? tenant : undefined });
  }

  /** For what concerns the process and no tenant. */
  recordOwn(event: Extract<RecordedEvent, { kind: "startup" | "shutdown" }>): void {
    this.#put({ event, tenant: undefined });
  }

  /**
   * Puts outputs in the place of those before, unless they are the same. On a reload, one that cannot be
   * opened leaves all as they were; at the start the others work without it.
   */
  apply(config: EventRecorderConfig | undefined): Promise<void> {
    this.#applying = this.#applying.then(() => this.#apply(config));
    return this.#applying;
  }

  /** Writes what is queued, for a few seconds at most. */
  async close(): Promise<void> {
    await this.#applying;
    const limit = new AbortController();
    const over = new AbortController();
    void this.#deps.clock.sleep(CLOSE_MS, over.signal).then(
      () => limit.abort(new AppError("deadline-exceeded", "Closing took too long")),
      () => {},
    );
    await this.#draining;
    await this.#closeAll(this.#outputs, limit.signal);
    over.abort();
    this.#outputs = [];
    await this.#agents.close();
  }

  #put({ event, tenant }: Omit<Queued, "atMs">): void {
    if (this.#outputs.length === 0 && this.#configText !== "") return;
    if (this.#queue.length >= QUEUE_COUNT_MAX) {
      this.#metrics.dropped(eventType(event));
      return;
    }
    this.#queue.push({ event, tenant, atMs: this.#deps.clock.wallMs() });
    this.#metrics.queueLength.set(this.#queue.length);
    if (this.#configText !== "") this.#draining ??= this.#drain();
  }

  async #apply(config: EventRecorderConfig | undefined): Promise<void> {
    const text = JSON.stringify(config ?? {});
    if (text === this.#configText) return;
    const isFirst = this.#configText === "";
    const made = await this.#make(config);
    if (made.failed > 0 && !isFirst) {
      const message = "Failed to reload event recorder outputs; keeping existing outputs";
      this.#deps.logger.log("error", message);
      await this.#closeAll(made.outputs, AbortSignal.abort());
      return;
    }
    await this.#draining;
    const before = this.#outputs;
    this.#outputs = made.outputs;
    this.#configText = text;
    await this.#closeAll(before, AbortSignal.timeout(CLOSE_MS));
    if (!isFirst) {
      const fields = { outputs: made.outputs.length };
      this.#deps.logger.log("info", "Event recorder configuration reloaded", fields);
    }
    if (this.#queue.length > 0) this.#draining ??= this.#drain();
  }

  async #make(
    config: EventRecorderConfig | undefined,
  ): Promise<{ readonly outputs: readonly Output[]; readonly failed: number }> {
    const outputs: Output[] = [];
    let failed = 0;
    const fail = (kind: string, fields: Readonly<Record<string, string>>): void => {
      failed += 1;
      this.#deps.logger.log("error", `Failed to create ${kind} event recorder output`, fields);
    };
    for (const { path } of config?.fileOutputs ?? []) {
      try {
        outputs.push(await FileOutput.open(path, this.#deps));
      } catch (error) {
        fail("file", { path, err: AppError.from(error).message });
      }
    }
    for (const webhook of config?.webhookOutputs ?? []) {
      const dropsOf = (name: string): Series => this.#metrics.dropsOf(name);
      const output = new WebhookOutput({ ...this.#deps, agents: this.#agents, dropsOf }, webhook);
      const { httpConfig } = webhook;
      const fault = httpConfig && (await findClientFault(httpConfig, this.#deps.readSecret));
      if (fault === undefined) {
        outputs.push(output);
        continue;
      }
      const err = `creating HTTP client for event recorder webhook: ${fault.words}`;
      const url = output.name.replace(/^webhook:/, "");
      fail("webhook", { url, field: `http_config.${fault.field}`, err });
    }
    for (const { topic } of config?.kafkaOutputs ?? []) {
      fail("kafka", { topic, err: "kafka outputs are not supported" });
    }
    for (const _ of config?.stdoutOutputs ?? []) {
      outputs.push(new StdoutOutput(this.#deps.writeStdout));
    }
    return { outputs, failed };
  }

  async #drain(): Promise<void> {
    // Not in the turn of the loop in which something was recorded.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const slice = this.#queue.splice(0, SLICE_COUNT);
      this.#metrics.queueLength.set(this.#queue.length);
      await this.#write(slice);
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#draining = undefined;
  }

  async #write(slice: readonly Queued[]): Promise<void> {
    const { instance } = this.#deps;
    const lines = slice.map((queued) => eventJson({ ...queued, instance }));
    const types = slice.map(({ event }) => eventType(event));
    for (const output of this.#outputs) {
      let result: "success" | "error" = "success";
      try {
        await output.send(lines);
      } catch (error) {
        result = "error";
        const fields = {
          output: output.name,
          events: lines.length,
          err: AppError.from(error).message,
        };
        this.#deps.logger.log("error", "Failed to write events", fields);
      }
      for (const [at, type] of types.entries()) {
        this.#metrics.wrote({ type, output: output.name, result }, lines[at] ?? "");
      }
    }
  }

  async #closeAll(outputs: readonly Output[], signal: AbortSignal): Promise<void> {
    for (const output of outputs) {
      try {
        await output.close(signal);
      } catch (error) {
        const fields = { output: output.name, err: AppError.from(error).message };
        this.#deps.logger.log("error", "Failed to close event recorder output", fields);
      }
    }
  }
}
