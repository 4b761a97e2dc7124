import { dirname } from "node:path";
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import {
  configRefusal,
  decodeConfig,
  hostAccessRefusal,
  locate,
  type Config,
  type ConfigLimits,
  type ConfigProblem,
  type EventRecorderConfig,
} from "@tocsin/domain/config";
import type { MatcherMode, RegexCache } from "@tocsin/domain/matcher";
import {
  describeProblem,
  selectTemplateFiles,
  TemplateFailure,
  type TemplateCache,
  type TemplateSource,
} from "@tocsin/domain/template";
import {
  COMPILE_SLICE_SIZE,
  SettingsCache,
  type ConfigSource as SentConfig,
  settingsSteps,
  type TenantSettings,
} from "@tocsin/engine/tenant";
import {
  AppError,
  inSlices,
  type Clock,
  type Logger,
  type MetricRegistry,
  type Series,
} from "@tocsin/foundation";
import { loadTemplateFiles } from "@tocsin/template-files";
import { doConfigJob, type ConfigJob, type ConfigReply, type ReadConfig } from "./config-job.ts";
import { checkClients } from "./config-clients.ts";
import { ConfigFault, templateFault } from "./config-fault.ts";
import { ConfigMetrics } from "./config-metrics.ts";
import { ConfigNotes } from "./config-notes.ts";
import { ConfigThread } from "./config-thread.ts";
import type { NamedFiles } from "./named-files.ts";
import { ShownConfigs } from "./shown-configs.ts";

export interface ConfigSourceDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricRegistry;
  readonly regexes: RegexCache;
  /** Compiled templates, shared with whoever renders them. */
  readonly templates: TemplateCache;
  readonly files: NamedFiles;
}

export interface ConfigSourceOptions {
  /** `--config.file`; undefined: none. */
  readonly path: string | undefined;
  readonly mode: MatcherMode;
  /** Of what tenants send from now on. */
  readonly limits: ConfigLimits;
  /** `--limits.max-template-file-bytes`, for tenants. */
  readonly templateFilesMaxBytes: number;
  /** `--data.retention`: longer intervals are warned of. */
  readonly retentionMs: number;
}

/** What takes some 10 ms is read at once, more in a thread of its own. */
const SMALL_SIZE_MAX = 16 * 1024;
const SMALL_REGEX_STEPS_MAX = 1_000;
const NO_LIMITS: ConfigLimits = { nodeCountMax: Infinity, regexStepsMax: Infinity };

/** Reads configurations: the file of `--config.file`, and those that tenants set. */
export class ConfigSource {
  readonly #deps: ConfigSourceDeps;
  readonly #mode: MatcherMode;
  readonly #path: string | undefined;
  readonly #files: NamedFiles;
  readonly #succeeded: Series;
  readonly #succeededAt: Series;
  readonly #hash: Series;
  readonly #metrics: ConfigMetrics;
  readonly #notes: ConfigNotes;
  readonly #thread: ConfigThread;
  readonly #shown = new ShownConfigs((settings) => this.#show(settings));
  /** Of the file: of other settings file names stay as written. */
  #loaded: TenantSettings | undefined;
  #eventRecorder: EventRecorderConfig | undefined;
  /** Compiled configurations, shared by all tenants with the same text. */
  readonly cache: SettingsCache;

  constructor(deps: ConfigSourceDeps, options: ConfigSourceOptions) {
    this.#deps = deps;
    this.#mode = options.mode;
    this.#path = options.path;
    this.#files = deps.files;
    this.cache = new SettingsCache({
      regexes: deps.regexes,
      parse: ({ text }) =>
        ownedByTenant(doConfigJob(this.#jobFor(text, undefined), this.#deps.regexes)),
      parseSent: async ({ text }) =>
        ownedByTenant(await this.#run(this.#jobFor(text, undefined, options.limits))),
      rest: setImmediate,
      checkSent: async (settings) => checkClientsOfTenant(settings),
      templateFiles: (config, source) =>
        this.#checked(broughtAlong(config.templates, source, options.templateFilesMaxBytes)),
    });
    this.#thread = new ConfigThread(deps.clock);
    this.#notes = new ConfigNotes(deps.logger, options.retentionMs);
    const { metrics } = deps;
    this.#metrics = new ConfigMetrics(metrics);
    this.#succeeded = metrics
      .gauge(
        "alertmanager_config_last_reload_successful",
        "Whether the last configuration reload attempt was successful.",
      )
      .with();
    this.#succeededAt = metrics
      .gauge(
        "alertmanager_config_last_reload_success_timestamp_seconds",
        "Timestamp of the last successful configuration reload.",
      )
      .with();
    this.#hash = metrics
      .gauge(
        "alertmanager_config_hash",
        "Hash of the currently loaded alertmanager configuration. Note that this is not a " +
          "cryptographically strong hash.",
      )
      .with();
  }

  /** Loads the file for the first time. Rejects with what is wrong with it, in the words of a failed start. */
  async loadFirst(): Promise<TenantSettings | undefined> {
    const path = this.#path;
    if (path === undefined) return undefined;
    try {
      return await this.#load(path);
    } catch (thrown) {
      this.#succeeded.set(0);
      const { words, isOfUse, details } = ConfigFault.from(thrown);
      if (isOfUse) {
        const fields = { ...COMPONENT, file: path, err: words, ...details };
        this.#deps.logger.log("error", SUBSCRIBER_FAILED, fields);
      }
      const what = isOfUse
        ? "failed to apply initial configuration"
        : "error loading configuration file";
      throw new AppError("invalid-argument", `${what}: ${words}`, { cause: thrown, details });
    }
  }

  /** Loads the file anew. Rejects with what is wrong with it; nothing has changed then. */
  async reload(): Promise<TenantSettings | undefined> {
    const path = this.#path;
    if (path === undefined) return undefined;
    const { logger } = this.#deps;
    const fields = { ...COMPONENT, file: path };
    logger.log("info", "Loading configuration file", fields);
    try {
      const settings = await this.#load(path);
      logger.log("info", LOADED, fields);
      return settings;
    } catch (thrown) {
      this.#succeeded.set(0);
      const fault = ConfigFault.from(thrown);
      const err = fault.words;
      if (fault.isOfUse) logger.log("info", LOADED, fields);
      const message = fault.isOfUse ? SUBSCRIBER_FAILED : "Loading configuration file failed";
      logger.log("error", message, { ...fields, err, ...fault.details });
      // The log has the places; who asked for it compares the words with upstream's.
      throw new AppError("invalid-argument", err, { cause: fault, details: fault.details });
    }
  }

  /** Where the events of this process go, by the file that was loaded last. */
  get eventRecorder(): EventRecorderConfig | undefined {
    return this.#eventRecorder;
  }

  /** The configuration as the API shows it: as it is in force, without secrets. */
  shown(settings: TenantSettings): Promise<string> {
    return this.#shown.text(settings);
  }

  async #show(settings: TenantSettings): Promise<string> {
    const path = settings === this.#loaded ? this.#path : undefined;
    const directory = path === undefined ? undefined : dirname(path);
    const reply = await this.#run({
      ...this.#jobFor(settings.source.text, directory),
      kind: "show",
    });
    // It was parsed before, or it would not be in force.
    return reply.kind === "show" ? reply.text : refused(reply);
  }

  /** Here if that takes no time, else in a thread. */
  #run(job: ConfigJob): ConfigReply | Promise<ConfigReply> {
    if (job.text.length > SMALL_SIZE_MAX) return this.#thread.run(job);
    const { nodeCountMax, regexStepsMax } = job.limits ?? NO_LIMITS;
    const limits = {
      nodeCountMax,
      regexStepsMax: Math.min(regexStepsMax, SMALL_REGEX_STEPS_MAX),
    };
    const reply = doConfigJob({ ...job, limits }, this.#deps.regexes);
    const isTooMuch = reply.kind === "refused" && reply.lacksRegexSteps;
    return isTooMuch ? this.#thread.run(job) : reply;
  }

  async #load(path: string): Promise<TenantSettings> {
    const bytes = await this.#files.read(path);
    const text = textOf(bytes);
    const { clock, regexes } = this.#deps;
    const notes = this.#notes;
    const reply = await this.#run(this.#jobFor(text, dirname(path)));
    for (const note of reply.notes) notes.ofMatchers(note);
    const { config, eventRecorder, warnings } = readOrThrow(reply);
    const templateFiles = this.#checked(await this.#readTemplates(config.templates));
    const settings = await inSlices(
      settingsSteps(config, { text, templates: {} }, { regexes, templateFiles }),
      { sizeMax: COMPILE_SLICE_SIZE, rest: setImmediate },
    );
    await checkClients(settings, this.#files.readSecret);
    this.#loaded = settings;
    this.#eventRecorder = eventRecorder;
    this.#succeeded.set(1);
    this.#succeededAt.set(clock.wallMs() / 1000);
    this.#hash.set(hashOf(bytes));
    this.#metrics.show(settings);
    notes.ofFile(settings, warnings);
    return settings;
  }

  async #readTemplates(patterns: readonly string[]): Promise<readonly TemplateSource[]> {
    try {
      return await loadTemplateFiles(patterns, this.#files.templates);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw templateFault(why, why);
    }
  }

  /** Compiles them here and now: what does not parse must not come into force. */
  #checked(sources: readonly TemplateSource[]): readonly TemplateSource[] {
    try {
      this.#deps.templates.compile(sources);
      return sources;
    } catch (error) {
      if (!(error instanceof TemplateFailure)) throw error;
      throw templateFault(describeProblem(error.problem), error.problem.message);
    }
  }

  #jobFor(text: string, directory: string | undefined, limits?: ConfigLimits): ConfigJob {
    return { kind: "parse", text, mode: this.#mode, directory, limits };
  }
}

function readOrThrow(reply: ConfigReply): ReadConfig {
  return reply.kind === "parse" ? reply : refused(reply);
}

function refused(reply: ConfigReply): never {
  const { faults, words } = faultsOf(reply);
  throw new ConfigFault(faults, { words, details: { faults } });
}

function faultsOf(reply: ConfigReply): { readonly faults: string; readonly words: string } {
  const problems = reply.kind === "refused" ? reply.problems : [];
  return { faults: problems.map(describe).join("; "), words: configRefusal(problems) };
}

/** A tenant's configuration must not reach the host: neither a new one nor one that a bucket brought along. */
function ownedByTenant(reply: ConfigReply): Config {
  if (reply.kind !== "parse") {
    const { faults, words } = faultsOf(reply);
    throw new AppError("invalid-argument", faults, { details: { words } });
  }
  const { config, hostAccess } = reply;
  if (hostAccess === undefined) return config;
  const words = hostAccessRefusal(hostAccess);
  const why = "a tenant's configuration may not name files, proxies or profiles of the host";
  throw new AppError(
    "invalid-argument",
    describe({ ...hostAccess, message: `Cannot use "${hostAccess.field}": ${why}` }),
    words === undefined ? {} : { details: { words } },
  );
}

/** It may name no files, so there is nothing to read. */
async function checkClientsOfTenant(settings: TenantSettings): Promise<void> {
  try {
    await checkClients(settings, () => Promise.reject(new Error("a file of the host")));
  } catch (thrown) {
    const { message, words } = ConfigFault.from(thrown);
    throw new AppError("invalid-argument", message, { cause: thrown, details: { words } });
  }
}

/** A tenant's templates are those that came with its configuration, whatever it names. */
function broughtAlong(
  patterns: readonly string[],
  { text: config, templates: files }: SentConfig,
  maxBytes: number,
): readonly TemplateSource[] {
  const sizes = Object.values(files).map((text) => Buffer.byteLength(text));
  const sizeBytes = sizes.reduce((sum, size) => sum + size, 0);
  if (sizeBytes > maxBytes) {
    const found = `${sizeBytes} bytes, ${maxBytes} are allowed`;
    throw new AppError("invalid-argument", `Cannot use the template files: they have ${found}`);
  }
  const selection = selectTemplateFiles(patterns, files);
  if (selection.ok) return selection.sources;
  const { at, problem: message } = selection;
  const place = locate(config, ["templates", at]);
  throw new AppError("invalid-argument", describe({ ...place, message }), {
    details: { words: message },
  });
}

/** Throws what is wrong with the bytes. */
function textOf(bytes: Buffer): string {
  const decoded = decodeConfig(bytes);
  if (decoded.ok) return decoded.text;
  return refused({
    kind: "refused",
    problems: [decoded.problem],
    lacksRegexSteps: false,
    notes: [],
  });
}

function describe({ line, column, message, hint }: ConfigProblem): string {
  const after = hint === undefined ? "" : ` (${hint})`;
  return `line ${line}, column ${column}: ${message}${after}`;
}

const COMPONENT = { component: "configuration" };
const LOADED = "Completed loading of configuration file";
/** The file is right by itself, but not what it names. */
const SUBSCRIBER_FAILED = "one or more config change subscribers failed to apply new config";

/** The first six bytes of the MD5 as a number, little-endian, as upstream shows it. */
function hashOf(bytes: Buffer): number {
  return createHash("md5").update(bytes).digest().readUIntLE(0, 6);
}
