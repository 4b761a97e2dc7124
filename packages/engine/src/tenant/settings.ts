import type { Config, ReceiverConfig } from "@tocsin/domain/config";
import { compileInhibitRules, type InhibitRules } from "@tocsin/domain/inhibit";
import type { RegexCache } from "@tocsin/domain/matcher";
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
  /** The template files that a configuration names. Throws an `AppError` that says what is wrong. */
  readonly templateFiles?: (config: Config, source: ConfigSource) => readonly TemplateSource[];
  readonly regexes?: RegexCache;
  /** Default 1,000. What is dropped stays with the tenants that use it. */
  readonly sizeMax?: number;
}

const SIZE_MAX = 1_000;

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
    const known = this.#settings.get(key);
    if (known !== undefined) {
      this.#settings.delete(key);
      this.#settings.set(key, known);
      return { ok: true, settings: known };
    }
    try {
      const { parse, templateFiles, regexes } = this.#options;
      const config = parse(source);
      const settings = compileSettings(config, source, {
        parse,
        templateFiles: templateFiles?.(config, source) ?? NO_FILES,
        ...(regexes && { regexes }),
      });
      this.#add(key, settings);
      return { ok: true, settings };
    } catch (thrown) {
      return { ok: false, error: AppError.from(thrown, "invalid-argument") };
    }
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
