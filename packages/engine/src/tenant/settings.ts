import type { Config, ReceiverConfig, RouteConfig } from "@tocsin/domain/config";
import { compileInhibitRules, type InhibitRules } from "@tocsin/domain/inhibit";
import { patternCost, RegexCache } from "@tocsin/domain/matcher";
import type { MatcherSpec } from "@tocsin/domain/model";
import { compileRoutes, type Route } from "@tocsin/domain/route";
import type { TemplateSource } from "@tocsin/domain/template";
import { AppError } from "@tocsin/foundation";
import { PackedText } from "./packed-text.ts";

/** What a configuration is made of before it is parsed. */
export interface ConfigSource {
  readonly text: string;
  /** Template files that came with it, by name. */
  readonly templates: Readonly<Record<string, string>>;
}

/**
 * A configuration made ready. Immutable, so that all tenants with the same text share one. Most tenants
 * have a text of their own, so it holds what decides and no more: a parsed configuration is three times
 * as large.
 */
export interface TenantSettings {
  readonly config: Pick<Config, "resolveTimeoutMs" | "timeIntervals">;
  /** The text is inflated on each reading. */
  readonly source: ConfigSource;
  readonly root: Route;
  readonly inhibitRules: InhibitRules;
  readonly receivers: ReadonlyMap<string, ReceiverConfig>;
  /** What its `templates:` name. Known to parse; compiled by whoever renders. */
  readonly templateFiles: readonly TemplateSource[];
  /** All that was parsed, for showing. It may be parsed again for that: some milliseconds. */
  whole(): Config;
}

export interface CompileOptions {
  /** Shares compiled patterns between tenants. */
  readonly regexes?: RegexCache;
  /** Parses the source again for `whole`; without it the configuration given is kept. */
  readonly parse?: (source: ConfigSource) => Config;
  readonly templateFiles?: readonly TemplateSource[];
}

const NO_FILES: readonly TemplateSource[] = [];

/** Makes a parsed configuration ready. */
export function compileSettings(
  config: Config,
  source: ConfigSource,
  options: CompileOptions = {},
): TenantSettings {
  return new CompiledSettings(config, source, options);
}

class CompiledSettings implements TenantSettings {
  readonly config: TenantSettings["config"];
  readonly source: ConfigSource;
  readonly root: Route;
  readonly inhibitRules: InhibitRules;
  readonly receivers: ReadonlyMap<string, ReceiverConfig>;
  readonly templateFiles: readonly TemplateSource[];
  readonly #whole: Config | ((source: ConfigSource) => Config);

  constructor(config: Config, source: ConfigSource, options: CompileOptions) {
    const { regexes, parse, templateFiles = NO_FILES } = options;
    const { resolveTimeoutMs, timeIntervals, receivers } = config;
    this.config = { resolveTimeoutMs, timeIntervals };
    this.source = new PackedSource(source);
    this.root = compileRoutes(config.route, regexes);
    this.inhibitRules = compileInhibitRules(config.inhibitRules, regexes);
    this.receivers = new Map(receivers.map((receiver) => [receiver.name, receiver]));
    this.templateFiles = templateFiles.length === 0 ? NO_FILES : templateFiles;
    this.#whole = parse ?? config;
  }

  whole(): Config {
    return typeof this.#whole === "function" ? this.#whole(this.source) : this.#whole;
  }
}

class PackedSource implements ConfigSource {
  readonly templates: Readonly<Record<string, string>>;
  readonly #packed: PackedText;

  constructor({ text, templates }: ConfigSource) {
    this.templates = templates;
    this.#packed = new PackedText(text);
  }

  get text(): string {
    return this.#packed.text;
  }
}

export type SettingsResult =
  | { readonly ok: true; readonly settings: TenantSettings }
  | { readonly ok: false; readonly error: AppError };

export interface SettingsCacheOptions {
  /** Throws an `AppError` that says what is wrong. */
  readonly parse: (source: ConfigSource) => Config;
  /**
   * Parses what a client sends: with limits, and without keeping others waiting. Rejects with an `AppError`
   * that says what is wrong. Without it that is `parse`, too.
   */
  readonly parseSent?: (source: ConfigSource) => Promise<Config>;
  /** Lets others have a turn. */
  readonly rest?: () => Promise<unknown>;
  /** The template files that a configuration names. Throws an `AppError` that says what is wrong. */
  readonly templateFiles?: (config: Config, source: ConfigSource) => readonly TemplateSource[];
  readonly regexes?: RegexCache;
  /** Default 1,000. What is dropped stays with the tenants that use it. */
  readonly sizeMax?: number;
}

const SIZE_MAX = 1_000;
/** Compiling so many takes some 10 ms. */
const REGEX_SLICE_STEPS = 1_000;

/** Settings by their source, least recently used first. Sources that do not load are not kept. */
export class SettingsCache {
  readonly #options: SettingsCacheOptions;
  readonly #settings = new Map<string, TenantSettings>();

  constructor(options: SettingsCacheOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#settings.size;
  }

  get(source: ConfigSource): SettingsResult {
    const key = keyOf(source);
    const known = this.#recall(key);
    if (known !== undefined) return { ok: true, settings: known };
    try {
      const { parse, regexes } = this.#options;
      const settings = this.#compile(parse(source), source, regexes);
      this.#add(key, settings);
      return { ok: true, settings };
    } catch (thrown) {
      return { ok: false, error: AppError.from(thrown, "invalid-argument") };
    }
  }

  /** As `get` for what a client sends, and `get` knows it then. */
  async prepare(source: ConfigSource): Promise<SettingsResult> {
    const { parseSent } = this.#options;
    const key = keyOf(source);
    const known = this.#recall(key);
    if (parseSent === undefined || known !== undefined) return this.get(source);
    try {
      const config = await parseSent(source);
      const settings = this.#compile(config, source, await this.#warmRegexes(config));
      this.#add(key, settings);
      return { ok: true, settings };
    } catch (thrown) {
      return { ok: false, error: AppError.from(thrown, "invalid-argument") };
    }
  }

  #recall(key: string): TenantSettings | undefined {
    const known = this.#settings.get(key);
    if (known === undefined) return undefined;
    this.#settings.delete(key);
    this.#settings.set(key, known);
    return known;
  }

  #compile(config: Config, source: ConfigSource, regexes: RegexCache | undefined): TenantSettings {
    const { parse, templateFiles } = this.#options;
    return compileSettings(config, source, {
      parse,
      templateFiles: templateFiles?.(config, source) ?? NO_FILES,
      ...(regexes && { regexes }),
    });
  }

  /**
   * Compiles the regular expressions, a slice at a time. What is to be compiled at once then must not have
   * been dropped meanwhile, so where it takes more than one slice they are not those of the shared cache.
   */
  async #warmRegexes(config: Config): Promise<RegexCache | undefined> {
    const { regexes, rest } = this.#options;
    const patterns = [...new Set(patternsOf(config))];
    const steps = patterns.reduce((sum, pattern) => sum + patternCost(pattern), 0);
    if (steps <= REGEX_SLICE_STEPS || rest === undefined) return regexes;
    const warm = new RegexCache(Infinity);
    let slice = 0;
    for (const pattern of patterns) {
      slice += patternCost(pattern);
      warm.compile(pattern);
      if (slice < REGEX_SLICE_STEPS) continue;
      await rest();
      slice = 0;
    }
    return warm;
  }

  #add(key: string, settings: TenantSettings): void {
    this.#settings.set(key, settings);
    if (this.#settings.size <= (this.#options.sizeMax ?? SIZE_MAX)) return;
    for (const oldest of this.#settings.keys()) {
      this.#settings.delete(oldest);
      return;
    }
  }
}

/** Most tenants have no templates, and their text is the key without a copy. */
function keyOf({ text, templates }: ConfigSource): string {
  const files = Object.entries(templates).sort(([a], [b]) => (a < b ? -1 : 1));
  return files.length === 0 ? text : `${JSON.stringify(files)}\n${text}`;
}

function* patternsOf(config: Config): Generator<string> {
  yield* regexesOf(config.inhibitRules.flatMap((rule) => rule.sourceMatchers));
  yield* regexesOf(config.inhibitRules.flatMap((rule) => rule.targetMatchers));
  for (const route of routesOf(config.route)) yield* regexesOf(route.matchers);
}

function* routesOf(route: RouteConfig): Generator<RouteConfig> {
  yield route;
  for (const child of route.routes) yield* routesOf(child);
}

function* regexesOf(matchers: readonly MatcherSpec[]): Generator<string> {
  for (const { type, value } of matchers) if (type === "=~" || type === "!~") yield value;
}
