import { dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import { decodeConfig, type ConfigLimits, type EventRecorderConfig } from "@tocsin/domain/config";
import type { MatcherMode, RegexCache } from "@tocsin/domain/matcher";
import {
  describeProblem,
  TemplateFailure,
  type TemplateCache,
  type TemplateSource,
} from "@tocsin/domain/template";
import {
  COMPILE_SLICE_SIZE,
  SettingsCache,
  settingsSteps,
  type TenantSettings,
} from "@tocsin/engine/tenant";
import {
  AppError,
  inSlices,
  type Clock,
  type Logger,
  type MetricRegistry,
} from "@tocsin/foundation";
import { loadTemplateFiles } from "@tocsin/template-files";
import { doConfigJob, type ConfigJob, type ConfigReply, type ReadConfig } from "./config-job.ts";
import { checkClients } from "./config-clients.ts";
import { ConfigFault, templateFault } from "./config-fault.ts";
import { ConfigMetrics } from "./config-metrics.ts";
import { ConfigNotes } from "./config-notes.ts";
import { refuse } from "./config-refusal.ts";
import { ConfigThread } from "./config-thread.ts";
import type { NamedFiles } from "./named-files.ts";
import { ShownConfigs } from "./shown-configs.ts";
import { checkClientsOfTenant, configOfTenant, templatesOfTenant } from "./tenant-config.ts";

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
    this.cache = new SettingsCache({
      regexes: deps.regexes,
      parse: ({ text }) =>
        configOfTenant(doConfigJob(this.#jobFor(text, undefined), this.#deps.regexes)),
      parseSent: async ({ text }) =>
        configOfTenant(await this.#run(this.#jobFor(text, undefined, options.limits))),
      rest: setImmediate,
      checkSent: checkClientsOfTenant,
      templateFiles: (config, source) =>
        this.#checked(templatesOfTenant(config.templates, source, options.templateFilesMaxBytes)),
    });
    this.#thread = new ConfigThread(deps.clock);
    this.#notes = new ConfigNotes(deps.logger, options.retentionMs);
    this.#metrics = new ConfigMetrics(deps.metrics);
  }

  /** Loads the file for the first time. Rejects with what is wrong with it, in the words of a failed start. */
  async loadFirst(): Promise<TenantSettings | undefined> {
    const path = this.#path;
    if (path === undefined) return undefined;
    try {
      return await this.#load(path);
    } catch (thrown) {
      this.#metrics.failed();
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
      this.#metrics.failed();
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
    return reply.kind === "show" ? reply.text : refuse(reply);
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
    const bytes = await this.#deps.files.read(path);
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
    await checkClients(settings, this.#deps.files.readSecret);
    this.#loaded = settings;
    this.#eventRecorder = eventRecorder;
    this.#metrics.loaded(settings, { bytes, atMs: clock.wallMs() });
    notes.ofFile(settings, warnings);
    return settings;
  }

  async #readTemplates(patterns: readonly string[]): Promise<readonly TemplateSource[]> {
    try {
      return await loadTemplateFiles(patterns, this.#deps.files.templates);
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
  return reply.kind === "parse" ? reply : refuse(reply);
}

/** Throws what is wrong with the bytes. */
function textOf(bytes: Buffer): string {
  const decoded = decodeConfig(bytes);
  if (decoded.ok) return decoded.text;
  return refuse({
    kind: "refused",
    problems: [decoded.problem],
    lacksRegexSteps: false,
    notes: [],
  });
}

const COMPONENT = { component: "configuration" };
const LOADED = "Completed loading of configuration file";
/** The file is right by itself, but not what it names. */
const SUBSCRIBER_FAILED = "one or more config change subscribers failed to apply new config";
