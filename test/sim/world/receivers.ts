import type { InstanceId, TenantId } from "@tocsin/domain/model";
import { logKey } from "@tocsin/domain/route";
import type { Notifier, NotifyJob, NotifyResult } from "@tocsin/engine/ports";
import type { Draw, Events } from "./events.ts";
import type { SimProcess } from "./sim-process.ts";

/** How the receiver behaves now. */
export interface ReceiverFaults {
  /** Refuses connections. */
  isDown: boolean;
  /** Accepts and never answers. */
  hangs: boolean;
  /** Ratio of requests answered 500. */
  fails: number;
  connectMaxMs: number;
  answerMinMs: number;
  answerMaxMs: number;
}

export interface ToldState {
  readonly name: string;
  readonly startsAtMs: number;
  readonly resolved: boolean;
  /** Which of its client's writes is told. */
  readonly number: number;
}

/** One attempt as an observer of the wire sees it. Times are true time. */
export interface Attempt {
  readonly from: InstanceId;
  readonly tenant: TenantId;
  readonly group: string;
  /** Tenant, line break, log key: one place that is told. */
  readonly key: string;
  /** Receiver and index of the integration. */
  readonly place: string;
  readonly alerts: readonly ToldState[];
  readonly reason: string;
  readonly firstByteMs: number;
  /** When the receiver said yes; undefined while it has not. */
  acceptedMs: number | undefined;
  /** When the attempt was over for the receiver, by an answer or by the sender's end. */
  endedMs: number | undefined;
  /** When its sender stopped waiting for the answer (the attempt limit). */
  abandonedMs: number | undefined;
  /** Sent without the leave of a majority of the owners (PROTOCOL 7.5). */
  isAlone: boolean;
}

/** The outside world that is notified. It keeps what it saw, in order, and obeys no fencing token. */
export class SimReceiver {
  readonly #events: Events;
  readonly #draw: Draw;
  readonly attempts: Attempt[] = [];
  readonly faults: ReceiverFaults = {
    isDown: false,
    hangs: false,
    fails: 0,
    connectMaxMs: 3,
    answerMinMs: 1,
    answerMaxMs: 20,
  };
  /** Called at the first byte of each attempt. */
  onFirstByte: (attempt: Attempt, job: NotifyJob) => void = () => {};
  /** Called when the receiver says yes, before the sender knows. */
  onAccept: (attempt: Attempt) => void = () => {};

  constructor(events: Events, draw: Draw) {
    this.#events = events;
    this.#draw = draw;
  }

  mend(): void {
    Object.assign(this.faults, {
      isDown: false,
      hangs: false,
      fails: 0,
      connectMaxMs: 3,
      answerMinMs: 1,
      answerMaxMs: 20,
    });
  }

  notifierFor(from: InstanceId, process: SimProcess): Notifier {
    return { notify: (job, fence, signal) => this.#notify({ from, process, job }, fence, signal) };
  }

  async #notify(
    call: { readonly from: InstanceId; readonly process: SimProcess; readonly job: NotifyJob },
    fence: () => boolean,
    signal: AbortSignal,
  ): Promise<NotifyResult> {
    const { process, job } = call;
    await this.#wait(process, this.#draw.between(0.2, this.faults.connectMaxMs), signal);
    if (this.faults.isDown) return { kind: "unreachable", error: "connection refused" };
    if (!fence()) return { kind: "fenced" };
    const attempt: Attempt = {
      from: call.from,
      tenant: job.tenant,
      group: job.groupKey,
      key: keyOfJob(job),
      place: `${job.receiver}/${job.integration.index}`,
      reason: job.reason,
      alerts: job.alerts.map(toldState),
      firstByteMs: this.#events.nowMs,
      acceptedMs: undefined,
      endedMs: undefined,
      abandonedMs: undefined,
      isAlone: false,
    };
    this.attempts.push(attempt);
    this.onFirstByte(attempt, job);
    return this.#answer(attempt, process, signal);
  }

  /** From here on the receiver acts by itself, whether or not the sender lives to hear it. */
  #answer(attempt: Attempt, process: SimProcess, signal: AbortSignal): Promise<NotifyResult> {
    const { promise, resolve, reject } = Promise.withResolvers<NotifyResult>();
    const onAbort = (): void => {
      attempt.abandonedMs ??= this.#events.nowMs;
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    const heard = (result: NotifyResult): void => {
      signal.removeEventListener("abort", onAbort);
      resolve(result);
    };
    if (this.faults.hangs) return promise;
    const fails = this.#draw.chance(this.faults.fails);
    const { answerMinMs, answerMaxMs } = this.faults;
    this.#events.after(this.#draw.between(answerMinMs, answerMaxMs), () => {
      attempt.endedMs = this.#events.nowMs;
      if (!fails) {
        attempt.acceptedMs = this.#events.nowMs;
        this.onAccept(attempt);
      }
      const result: NotifyResult = fails
        ? { kind: "retry", error: "unexpected status code 500", reason: "serverError" }
        : { kind: "accepted" };
      this.#events.after(this.#draw.between(0.2, 3), () => process.receive(() => heard(result)));
    });
    return promise;
  }

  #wait(process: SimProcess, delayMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    this.#events.after(delayMs, () => process.receive(resolve));
    return promise;
  }
}

/** As the instances name what they claim. */
export function keyOfJob({ tenant, groupKey, receiver, integration }: NotifyJob): string {
  const { kind, index } = integration;
  return `${tenant}\n${logKey({ groupKey, receiver, integration: kind, index })}`;
}

function toldState({ record, resolved }: NotifyJob["alerts"][number]): ToldState {
  const labels = record.names.map((name, at) => `${name}=${record.values[at] ?? ""}`);
  // As the clients write it.
  const { number } = JSON.parse(record.annotations) as { number: string };
  const { startsAtMs } = record;
  return { name: labels.join(","), startsAtMs, resolved, number: Number(number) };
}
