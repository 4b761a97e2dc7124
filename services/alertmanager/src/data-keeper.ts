/**
 * Alertmanager's data files beside the journal, for one process alone (ADR 0014): read on start, written at
 * the maintenance interval and at the end. What they bring is merged by the time of the change, so that
 * neither an old copy of a file undoes what the journal knows, nor an old journal what a real Alertmanager
 * has written since.
 */
import { tryCompileMatcher, type RegexCache } from "@tocsin/domain/matcher";
import type { LogRecord, SilenceRecord, TenantId } from "@tocsin/domain/model";
import { takeLogs } from "@tocsin/domain/nflog";
import { isForgettable } from "@tocsin/domain/records";
import { takeSilences } from "@tocsin/domain/silence";
import type { Instance } from "@tocsin/engine/instance";
import {
  AppError,
  type Clock,
  type HistogramSeries,
  type Logger,
  type MetricRegistry,
  type Series,
} from "@tocsin/foundation";
import { DataFiles } from "@tocsin/journal-fs";
import type { Options } from "./flags/index.ts";

export interface DataKeeperDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
  readonly regexes: RegexCache;
}

interface Parts extends DataKeeperDeps {
  readonly files: DataFiles;
  readonly instance: Instance;
}

/** The one tenant of a process without tenancy. Its name keeps the rule for names. */
const TENANT = "anonymous" as TenantId;

/** Something is always changed after what it replaces. */
const ONE_US = 1;

/** Lets the instance begin with what the files hold; undefined with tenancy, which has no such files. */
export function keepData(
  deps: DataKeeperDeps,
  instance: Instance,
  { storage, data, tenancy }: Pick<Options, "storage" | "data" | "tenancy">,
): DataKeeper | undefined {
  if (tenancy.isEnabled) return undefined;
  const files = new DataFiles(deps, { storagePath: storage.folderPath });
  const keeper = new DataKeeper({ ...deps, files, instance }, data.maintenanceIntervalMs);
  instance.onReplayed = () => keeper.restore();
  instance.onSetBack = () => keeper.hurry();
  return keeper;
}

export class DataKeeper {
  readonly #deps: Parts;
  readonly #intervalMs: number;
  readonly #silences: Upkeep;
  readonly #log: Upkeep;
  readonly #compileErrors: Series;
  readonly #closing = new AbortController();
  /** Ends the present wait for the maintenance interval. */
  #hurry = new AbortController();
  #isRestored = false;
  #running: Promise<void> = Promise.resolve();

  constructor(deps: Parts, intervalMs: number) {
    this.#deps = deps;
    this.#intervalMs = intervalMs;
    const { metrics } = deps;
    this.#silences = upkeepOf(metrics, {
      prefix: "silences",
      maintained: "silences",
      one: "silence",
    });
    this.#log = upkeepOf(metrics, {
      prefix: "nflog",
      maintained: "the notification log",
      one: "notification log",
    });
    const compileErrors = metrics.counter(
      "alertmanager_silences_matcher_compile_errors_total",
      "How many silence matcher compilations failed.",
      ["stage"],
    );
    // Silences are compiled before they are stored: none can fail at its first use.
    compileErrors.with("index");
    this.#compileErrors = compileErrors.with("load_snapshot");
  }

  /**
   * Brings in what the files hold, before anything is decided. Rejects when one cannot be read: starting
   * without its silences would page everybody whom they spare.
   */
  async restore(): Promise<void> {
    const { signal } = this.#closing;
    const { files, clock, logger, instance } = this.#deps;
    const tenant = instance.fleet.open(TENANT);
    const nowMs = clock.wallMs();
    const known = new Map(tenant.silences().map((silence) => [silence.id, silence]));
    const inFile = await files.readSilences(
      ({ id, problem }) => this.#leaveOut(id, problem),
      signal,
    );
    // Of what the journal knows nothing is taken that a later clock has written: this one was set back since.
    const ofThisClock = inFile.filter(
      ({ id, updatedAtMs }) => updatedAtMs <= nowMs || !known.has(id),
    );
    const silences = takeSilences(known, ofThisClock, nowMs)
      .filter((silence) => silence.matcherSets.length > 0 && this.#compiles(silence))
      .map((silence) => above(silence, known.get(silence.id)));
    const entries = new Map((tenant.stateFor(["log"], undefined).log ?? []).map(keyed));
    const logInFile = (await files.readLog(signal)).filter(
      ({ key, timestampMs }) => timestampMs <= nowMs || !entries.has(key),
    );
    const log = takeLogs(entries, logInFile, nowMs).map((entry) => {
      const versionUs = Math.max(
        entry.versionUs,
        (entries.get(entry.key)?.versionUs ?? 0) + ONE_US,
      );
      return { ...entry, versionUs };
    });
    this.#isRestored = true;
    if (silences.length + log.length === 0) return;
    for (const part of portionsOf(silences)) {
      instance.fleet.merge(TENANT, { silences: part });
      await clock.sleep(0, signal);
    }
    for (const part of portionsOf(log)) {
      instance.fleet.merge(TENANT, { log: part });
      await clock.sleep(0, signal);
    }
    logger.log("info", "Taken over from the data files of an Alertmanager", {
      silences: silences.length,
      notifications: log.length,
    });
  }

  /** Begins to write the files now and then. */
  start(): void {
    this.#running = this.#run(this.#closing.signal);
  }

  /**
   * Writes them soon: the clock was set back, and what is changed from now on has earlier times than what is
   * in them.
   */
  hurry(): void {
    this.#hurry.abort();
  }

  /** Writes them for the last time; not if what they hold was never taken over. */
  async stop(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    if (this.#isRestored) await this.#maintain("Creating shutdown snapshot failed");
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const early = AbortSignal.any([signal, this.#hurry.signal]);
      await this.#deps.clock.sleep(this.#intervalMs, early).catch(() => {});
      if (signal.aborted) return;
      if (this.#hurry.signal.aborted) this.#hurry = new AbortController();
      await this.#maintain("Running maintenance failed");
    }
  }

  async #maintain(failure: string): Promise<void> {
    const { files, instance, clock } = this.#deps;
    const tenant = instance.fleet.open(TENANT);
    const nowMs = clock.wallMs();
    const { signal } = new AbortController();
    const silences = tenant.silences().filter((one) => !isForgettable(one, nowMs));
    const log = tenant.stateFor(["log"], undefined).log ?? [];
    const entries = log.filter((one) => !isForgettable(one, nowMs));
    await this.#write(this.#silences, failure, () => files.writeSilences(silences, signal));
    await this.#write(this.#log, failure, () => files.writeLog(entries, signal));
  }

  async #write(upkeep: Upkeep, failure: string, write: () => Promise<number>): Promise<void> {
    const { clock, logger } = this.#deps;
    const startedAtMs = clock.monotonicMs();
    upkeep.runs.inc();
    try {
      upkeep.sizeBytes.set(await write());
      upkeep.seconds.observe((clock.monotonicMs() - startedAtMs) / 1_000);
    } catch (error) {
      upkeep.errors.inc();
      const err = AppError.from(error).message;
      logger.log("error", failure, { component: upkeep.component, err });
    }
  }

  #compiles({ id, matcherSets }: SilenceRecord): boolean {
    const results = matcherSets.flat().map((spec) => tryCompileMatcher(spec, this.#deps.regexes));
    const failed = results.find((result) => !result.ok);
    if (failed === undefined || failed.ok) return true;
    this.#leaveOut(id, failed.error);
    return false;
  }

  #leaveOut(id: string, err: string): void {
    this.#compileErrors.inc();
    this.#deps.logger.log("error", "A silence of the data file is left out: a matcher is broken", {
      component: "silences",
      silence_id: id,
      err,
    });
  }
}

/** What is merged at once: some milliseconds of work. */
const PORTION_COUNT = 500;

function* portionsOf<T>(records: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < records.length; at += PORTION_COUNT) {
    yield records.slice(at, at + PORTION_COUNT);
  }
}

function keyed(entry: LogRecord): readonly [string, LogRecord] {
  return [entry.key, entry];
}

function above(taken: SilenceRecord, known: SilenceRecord | undefined): SilenceRecord {
  return { ...taken, stampUs: Math.max(taken.stampUs, (known?.stampUs ?? 0) + ONE_US) };
}

/** Upstream's metrics of one of the files. */
interface Upkeep {
  readonly component: string;
  readonly runs: Series;
  readonly errors: Series;
  readonly seconds: HistogramSeries;
  readonly sizeBytes: Series;
}

function upkeepOf(
  metrics: MetricRegistry,
  { prefix, maintained, one }: { prefix: string; maintained: string; one: string },
): Upkeep {
  const start = `alertmanager_${prefix}`;
  const done = `How many maintenances were executed for ${maintained}`;
  return {
    component: prefix,
    runs: metrics.counter(`${start}_maintenance_total`, `${done}.`).with(),
    errors: metrics.counter(`${start}_maintenance_errors_total`, `${done} that failed.`).with(),
    seconds: metrics
      .summary({
        name: `${start}_snapshot_duration_seconds`,
        help: `Duration of the last ${one} snapshot.`,
      })
      .with(),
    sizeBytes: metrics
      .gauge(`${start}_snapshot_size_bytes`, `Size of the last ${one} snapshot in bytes.`)
      .with(),
  };
}
