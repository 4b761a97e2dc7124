import { alertHash, fingerprint, formatFingerprint, isResolved, ZERO_TIME_MS } from "@tocsin/domain/alert";
import { parsePrometheusDuration } from "@tocsin/domain/duration";
import {
  labelSetFromRecord,
  type GroupKey,
  type InstanceId,
  type LogRecord,
} from "@tocsin/domain/model";
import {
  decideNotification,
  logExpiry,
  planLogWrite,
  receiverDataFor,
  takeLogs,
} from "@tocsin/domain/nflog";
import { formatLabelSet, logKey } from "@tocsin/domain/route";
import { judge, type FolderPlayers, type VectorCase, type Verdict } from "../vector.ts";

export const DEDUP_PLAYERS: FolderPlayers = {
  "decide.json": playDecide,
  "flow.json": playFlow,
  "hash.json": playHash,
  "nflog.json": playLog,
};

interface DecideInput {
  readonly entry: { firing: string[]; resolved: string[]; timestamp: string } | null;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly send_resolved: boolean;
  readonly repeat_interval: string;
  readonly now: string;
}

function playDecide({ input, want }: VectorCase): Verdict {
  const { entry, firing, resolved, send_resolved, repeat_interval, now } = input as DecideInput;
  const repeat = parsePrometheusDuration(repeat_interval);
  const told = entry === null ? undefined : { ...entry, timestampMs: Date.parse(entry.timestamp) };
  const decision = decideNotification(told, {
    firing,
    resolved: new Set(resolved),
    sendResolved: send_resolved,
    repeatIntervalMs: repeat.ok ? repeat.ms : Number.NaN,
    nowMs: Date.parse(now),
  });
  return judge(want, decision);
}

function playHash({ input, want }: VectorCase): Verdict {
  const labels = labelSetFromRecord((input as { labels: Record<string, string> }).labels);
  const { hi, lo } = fingerprint(labels);
  return judge(want, {
    dedup_hash: toDecimal(alertHash(labels)),
    fingerprint: formatFingerprint(hi, lo),
    string: formatLabelSet(labels),
  });
}

interface FlowInput {
  readonly send_resolved: boolean;
  readonly repeat_interval_s: number;
  readonly retention_s: number;
  readonly steps: readonly {
    readonly at: number;
    readonly notifier?: string;
    readonly alerts: readonly { labels: Record<string, string>; ends: number | null }[];
  }[];
}

/** One group and one integration: dedup, send and log, step by step. */
function playFlow({ input, want }: VectorCase): Verdict {
  const flow = input as FlowInput;
  let entry: LogRecord | undefined;
  const steps = flow.steps.map((step) => {
    if (entry !== undefined && entry.keepUntilMs <= step.at * 1_000) entry = undefined;
    const flushed = flush(flow, step, entry);
    entry = flushed.entry;
    return flushed.shown;
  });
  const wanted = want as { steps: { error?: string }[] };
  return judge(
    wanted.steps.map((step) => ({ ...step, error: step.error !== undefined })),
    steps,
  );
}

function flush(
  flow: FlowInput,
  step: FlowInput["steps"][number],
  entry: LogRecord | undefined,
): { entry: LogRecord | undefined; shown: unknown } {
  const nowMs = step.at * 1_000;
  const alerts = step.alerts.map(({ labels, ends }) => {
    const set = labelSetFromRecord(labels);
    const endsAtMs = ends === null ? ZERO_TIME_MS : ends * 1_000;
    const state = isResolved({ endsAtMs }, nowMs) ? "resolved" : "firing";
    return { hash: alertHash(set), text: `${formatLabelSet(set)} ${state}`, state };
  });
  const hashesOf = (state: string): string[] =>
    alerts
      .filter((alert) => alert.state === state)
      .map((alert) => alert.hash)
      .sort();
  const firing = hashesOf("firing");
  const resolved = hashesOf("resolved");
  const repeatIntervalMs = flow.repeat_interval_s * 1_000;
  const question = { firing, resolved, sendResolved: flow.send_resolved, repeatIntervalMs, nowMs };
  const { send, reason } = decideNotification(entry, question);
  const passes = send && alerts.length > 0;
  const isCalled = passes && (flow.send_resolved || firing.length > 0);
  const isFailed = isCalled && step.notifier === "fails";
  const told = alerts.filter((alert) => flow.send_resolved || alert.state === "firing");
  const sent = isCalled ? told.map((alert) => alert.text) : [];
  const next = passes && !isFailed ? write() : entry;

  function write(): LogRecord {
    const keepUntilMs = logExpiry(nowMs, { retentionMs: flow.retention_s * 1_000, repeatIntervalMs });
    const receiverData = receiverDataFor(reason, entry);
    return logRecord({ ...FLOW_KEY, firing, resolved, timestampMs: nowMs, keepUntilMs, receiverData });
  }

  return {
    entry: next,
    shown: {
      at: step.at,
      error: isFailed,
      log_entry: next === undefined ? null : showFlowEntry(next),
      notifier_calls: isCalled ? 1 : 0,
      passes_dedup: passes,
      reason,
      sent,
    },
  };
}

function showFlowEntry({ timestampMs, firing, resolved }: LogRecord): unknown {
  return {
    at: timestampMs / 1_000,
    firing: firing.map(toDecimal),
    resolved: resolved.map(toDecimal),
  };
}

interface LogEntry {
  readonly group_key: string;
  readonly receiver: { group_name: string; integration: string; idx: number };
  readonly timestamp: number;
  readonly timestamp_ns?: number;
  readonly expires_at: number;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly data?: Readonly<Record<string, string>>;
}

type LogOp =
  | ({ op: "log"; at: number; expiry_s: number } & LogEntry)
  | { op: "merge"; at: number; entries: readonly LogEntry[] }
  | { op: "gc"; at: number }
  | ({ op: "query"; at: number } & LogEntry);

function playLog({ input, want }: VectorCase): Verdict {
  if ("ops" in (input as object)) return playLogOps(input, want);
  const { now, local, remote } = input as { now: number; local: LogEntry[]; remote: LogEntry[] };
  const entries = [...local, ...remote];
  if (new Set(entries.map(upstreamKey)).size < new Set(entries.map((entry) => toRecord(entry).key)).size) {
    return { kind: "skip", reason: "upstream's keys collide here, ours do not" };
  }
  const log = new Map<string, LogRecord>();
  for (const entry of local) log.set(toRecord(entry).key, toRecord(entry));
  const taken = takeLogs(log, remote.map(toRecord), now * 1_000);
  for (const record of taken) log.set(record.key, record);
  return judge(withoutKeys(want), { rebroadcasts: taken.length, state: showLog(log) });
}

function playLogOps(input: unknown, want: unknown): Verdict {
  const { retention_s, ops } = input as { retention_s: number; ops: LogOp[] };
  const log = new Map<string, LogRecord>();
  const shown = ops.map((op) => ({ at: op.at, op: op.op, ...playLogOp(log, op, retention_s * 1_000) }));
  return judge(withoutKeys(want), { ops: shown });
}

function playLogOp(log: Map<string, LogRecord>, op: LogOp, retentionMs: number): object {
  const nowMs = op.at * 1_000;
  switch (op.op) {
    case "query": {
      const record = log.get(toRecord({ ...op, firing: [], resolved: [] }).key);
      if (record === undefined) return { error: "not found" };
      const { expires_at: _, ...entry } = showLogEntry(record);
      return { entry };
    }
    case "gc": {
      const expired = [...log.values()].filter((record) => record.keepUntilMs <= nowMs);
      for (const record of expired) log.delete(record.key);
      return { broadcasts: 0, removed: expired.length, state: showLog(log) };
    }
    case "merge": {
      const taken = takeLogs(log, op.entries.map(toRecord), nowMs);
      for (const record of taken) log.set(record.key, record);
      return { broadcasts: taken.length, state: showLog(log) };
    }
    case "log": {
      const repeatIntervalMs = (op.expiry_s * 1_000) / 2;
      const keepUntilMs = logExpiry(nowMs, { retentionMs, repeatIntervalMs });
      const record = { ...toRecord(op), timestampMs: nowMs, keepUntilMs };
      const outcome = planLogWrite(log.get(record.key), record);
      if (outcome === "stored") log.set(record.key, record);
      return { broadcasts: outcome === "ignored" ? 0 : 1, state: showLog(log) };
    }
  }
}

function toRecord(entry: LogEntry): LogRecord {
  const { group_name: receiver, integration, idx: index } = entry.receiver;
  const data = Object.entries(entry.data ?? {});
  return logRecord({
    groupKey: entry.group_key as GroupKey,
    receiver,
    integration,
    index,
    firing: entry.firing,
    resolved: entry.resolved,
    timestampMs: entry.timestamp * 1_000 + (entry.timestamp_ns ?? 0) / 1_000_000,
    keepUntilMs: entry.expires_at * 1_000,
    receiverData: Object.fromEntries(data.map(([key, text]) => [key, { kind: "text", text }])),
  });
}

const FLOW_KEY = { groupKey: "{}:{}" as GroupKey, receiver: "hub", integration: "webhook", index: 0 };

function logRecord(
  fields: Omit<LogRecord, "key" | "tickMs" | "versionUs" | "versionBy">,
): LogRecord {
  const { timestampMs } = fields;
  const versionBy = "vectors" as InstanceId;
  return { ...fields, key: logKey(fields), tickMs: timestampMs, versionUs: timestampMs * 1_000, versionBy };
}

function showLog(log: ReadonlyMap<string, LogRecord>): unknown[] {
  const rows = [...log.values()].map((record) => ({
    key: `${record.groupKey}:${record.receiver}/${record.integration}/${record.index}`,
    shown: showLogEntry(record),
  }));
  return rows.sort((a, b) => (a.key < b.key ? -1 : 1)).map((row) => row.shown);
}

function showLogEntry(record: LogRecord): Record<string, unknown> {
  const data = Object.entries(record.receiverData).map(([key, value]) => [
    key,
    value.kind === "text" ? value.text : undefined,
  ]);
  return {
    ...(data.length > 0 && { data: Object.fromEntries(data) as unknown }),
    expires_at: record.keepUntilMs / 1_000,
    firing: record.firing,
    group_key: record.groupKey,
    receiver: { group_name: record.receiver, idx: record.index, integration: record.integration },
    resolved: record.resolved,
    timestamp: Math.round(record.timestampMs * 1_000_000) / 1_000_000_000,
  };
}

/** Upstream's key is internal, and ours is another on purpose. */
function withoutKeys(want: unknown): unknown {
  return JSON.parse(
    JSON.stringify(want, (key, value: unknown) => (key === "state_key" ? undefined : value)),
  );
}

function upstreamKey({ group_key, receiver }: LogEntry): string {
  return `${group_key}:${receiver.group_name}/${receiver.integration}/${receiver.idx}`;
}

function toDecimal(hash: string): string {
  return BigInt(`0x${hash}`).toString();
}
