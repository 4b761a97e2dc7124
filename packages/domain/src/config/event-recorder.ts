/** Where recorded events go. Mirrors `eventrecorder/` of Alertmanager 0.34. */
import { httpConfig } from "./http-config.ts";
import type { HttpConfig } from "./http-config.ts";
import {
  bool,
  duration,
  field,
  int,
  listOf,
  optional,
  SECRET_MARK,
  secretUrl,
  shown,
  struct,
  text,
  textList,
} from "./schema/index.ts";
import type { Draft, Report, StructShape } from "./schema/index.ts";
import { tlsConfig } from "./tls-config.ts";
import type { TlsConfig } from "./tls-config.ts";

export interface EventRecorderConfig {
  readonly fileOutputs: readonly FileOutput[] | undefined;
  readonly webhookOutputs: readonly WebhookOutput[] | undefined;
  readonly kafkaOutputs: readonly KafkaOutput[] | undefined;
  readonly stdoutOutputs: readonly StdoutOutput[] | undefined;
}

export interface FileOutput {
  readonly path: string;
}

/** Numbers that are 0 take the recorder's defaults. */
export interface WebhookOutput {
  /** Secret. */
  readonly url: string | undefined;
  readonly httpConfig: HttpConfig | undefined;
  readonly timeoutMs: number;
  readonly workers: number;
  readonly maxRetries: number;
  readonly retryBackoffMs: number;
  readonly batch: boolean;
  readonly batchMaxEvents: number;
  readonly batchMaxBytes: number;
  readonly batchFlushIntervalMs: number;
}

export interface KafkaOutput {
  readonly brokers: readonly string[] | undefined;
  readonly topic: string;
  readonly clientId: string;
  /** `json` or `protobuf`. */
  readonly format: string;
  /** `none`, `leader`, `all`; empty is `leader`. */
  readonly acks: string;
  readonly compression: string;
  readonly bufferSize: number;
  readonly tlsConfig: TlsConfig | undefined;
}

/** Has nothing to say. */
export type StdoutOutput = Readonly<Record<never, never>>;

const FORMATS: readonly string[] = ["json", "protobuf"];
const ACKS: readonly string[] = ["none", "leader", "all"];
const COMPRESSIONS: readonly string[] = ["none", "gzip", "snappy", "lz4", "zstd"];

const fileOutput: StructShape<FileOutput> = struct<FileOutput>(
  { path: shown("path", text) },
  {
    check: (output, report) => {
      if (output.path === "") report('the event_recorder file output needs a "path"');
    },
  },
);

const webhookOutput: StructShape<WebhookOutput> = struct<WebhookOutput>(
  {
    url: shown("url", secretUrl),
    httpConfig: field("http_config", optional(httpConfig)),
    timeoutMs: field("timeout", duration),
    workers: field("workers", int),
    maxRetries: field("max_retries", int),
    retryBackoffMs: field("retry_backoff", duration),
    batch: field("batch", bool),
    batchMaxEvents: field("batch_max_events", int),
    batchMaxBytes: field("batch_max_bytes", int),
    batchFlushIntervalMs: field("batch_flush_interval", duration),
  },
  { check: checkWebhookOutput },
);

const kafkaOutput: StructShape<KafkaOutput> = struct<KafkaOutput>(
  {
    brokers: shown("brokers", textList),
    topic: shown("topic", text),
    clientId: field("client_id", text),
    format: field("format", text),
    acks: field("acks", text),
    compression: field("compression", text),
    bufferSize: field("buffer_size", int),
    tlsConfig: field("tls_config", optional(tlsConfig)),
  },
  { check: checkKafkaOutput },
);

export const eventRecorder: StructShape<EventRecorderConfig> = struct<EventRecorderConfig>({
  fileOutputs: field("file_outputs", listOf(fileOutput, "a list of outputs")),
  webhookOutputs: field("webhook_outputs", listOf(webhookOutput, "a list of outputs")),
  kafkaOutputs: field("kafka_outputs", listOf(kafkaOutput, "a list of outputs")),
  stdoutOutputs: field("stdout_outputs", listOf(struct<StdoutOutput>({}), "a list of outputs")),
});

function checkWebhookOutput(output: WebhookOutput, report: Report): void {
  if (output.url === undefined) report('the event_recorder webhook output needs a "url"');
  if (output.url === "") {
    report(`the event_recorder webhook output needs a real "url", not ${SECRET_MARK}`, {
      key: "url",
    });
  }
  const { batchMaxEvents, batchMaxBytes, batchFlushIntervalMs } = output;
  const batching = [batchMaxEvents, batchMaxBytes, batchFlushIntervalMs];
  if (batching.some((value) => value < 0)) report("batch settings must not be negative");
  if (!output.batch && batching.some((value) => value !== 0)) {
    report('batch settings need "batch: true"');
  }
}

function checkKafkaOutput(output: Draft<KafkaOutput>, report: Report): void {
  const where = "the event_recorder kafka output";
  const brokers = output.brokers ?? [];
  if (brokers.length === 0) report(`${where} needs at least one broker in "brokers"`);
  if (brokers.includes("")) report(`${where} has an empty broker`, { key: "brokers" });
  if (output.topic === "") report(`${where} needs a "topic"`);
  output.format ||= "json";
  const choices: ReadonlyArray<readonly ["format" | "acks" | "compression", readonly string[]]> = [
    ["format", FORMATS],
    ["acks", ACKS],
    ["compression", COMPRESSIONS],
  ];
  for (const [key, allowed] of choices) {
    if (output[key] === "" || allowed.includes(output[key])) continue;
    report(`${key} "${output[key]}" is unknown; wanted one of ${allowed.join(", ")}`, { key });
  }
}
