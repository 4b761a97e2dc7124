import type { Config, ReceiverConfig, RouteConfig } from "@tocsin/domain/config";
import { inhibitRuleSteps, type InhibitRules } from "@tocsin/domain/inhibit";
import { RegexCache } from "@tocsin/domain/matcher";
import type { MatcherSpec } from "@tocsin/domain/model";
import { regexStepsOf, routeSteps, walkRoutes, type Route } from "@tocsin/domain/route";
import type { TemplateSource } from "@tocsin/domain/template";
import { AppError, atOnce, inSlices, type Steps } from "@tocsin/foundation";
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
  /** What finding an alert's routes, and the rules with this source, may take for each character of a label. */
  readonly regexSteps: number;
  readonly receivers: ReadonlyMap<string, ReceiverConfig>;
  /** What its `templates:` name. Known to parse; compiled by whoever renders. */
  readonly templateFiles: readonly TemplateSource[];
}

export interface CompileOptions {
  /** Shares compiled patterns between tenants. */
  readonly regexes?: RegexCache;
  readonly templateFiles?: readonly TemplateSource[];
}

/** The receivers that routes name; the others are never told anything. */
export function usedReceivers({ root, receivers }: TenantSettings): readonly ReceiverConfig[] {
  const names = new Set(Array.from(walkRoutes(root), ({ receiver }) => receiver));
  return [...receivers.values()].filter(({ name }) => names.has(name));
}

const NO_FILES: readonly TemplateSource[] = [];

/** Makes a parsed configuration ready, at once. */
export function compileSettings(
  config: Config,
  source: ConfigSource,
  options: CompileOptions = {},
): TenantSettings {
  return atOnce(settingsSteps(config, source, options));
}

/** Makes a parsed configuration ready, in steps of some 10 µs (see `COMPILE_SLICE_SIZE`). */
export function* settingsSteps(
  config: Config,
  source: ConfigSource,
  { regexes, templateFiles = NO_FILES }: CompileOptions = {},
): Steps<TenantSettings> {
  const { resolveTimeoutMs, timeIntervals, receivers } = config;
  // One with thousands of them would sweep away what tenants have in common.
  const own = countRegexes(config) > SHARED_REGEX_COUNT_MAX ? new RegexCache(Infinity) : regexes;
  const root = yield* routeSteps(config.route, own);
  const inhibitRules = yield* inhibitRuleSteps(config.inhibitRules, own);
  return {
    config: { resolveTimeoutMs, timeIntervals },
    source: new PackedSource(source),
    root,
    inhibitRules,
    regexSteps: regexStepsOf(root) + inhibitRules.sourceSteps,
    receivers: new Map(receivers.map((receiver) => [receiver.name, receiver])),
    templateFiles: templateFiles.length === 0 ? NO_FILES : templateFiles,
  };
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
  /**
   * Looks at what a client sends once more when all of it is known. Rejects with an `AppError` that says what
   * is wrong. What is stored already is not asked about.
   */
  readonly checkSent?: (settings: TenantSettings) => Promise<void>;
  /** The template files that a configuration names. Throws an `AppError` that says what is wrong. */
  readonly templateFiles?: (config: Config, source: ConfigSource) => readonly TemplateSource[];
  readonly regexes?: RegexCache;
  /** Default 1,000. What is dropped stays with the tenants that use it. */
  readonly sizeMax?: number;
}

const SIZE_MAX = 1_000;
/** Some 10 ms. */
export const COMPILE_SLICE_SIZE = 1_000;
const SHARED_REGEX_COUNT_MAX = 500;

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
      const settings = atOnce(this.#compile(this.#options.parse(source), source));
      this.#add(key, settings);
      return { ok: true, settings };
    } catch (thrown) {
      return { ok: false, error: AppError.from(thrown, "invalid-argument") };
    }
  }

  /** As `get` for what a client sends, and `get` knows it then. */
  async prepare(source: ConfigSource): Promise<SettingsResult> {
    const { parseSent, rest } = this.#options;
    const key = keyOf(source);
    const known = this.#recall(key);
    if (parseSent === undefined || known !== undefined) return this.get(source);
    try {
      const steps = this.#compile(await parseSent(source), source);
      const slicing = rest && { sizeMax: COMPILE_SLICE_SIZE, rest };
      const settings = slicing === undefined ? atOnce(steps) : await inSlices(steps, slicing);
      this.#add(key, settings);
      return { ok: true, settings };
    } catch (thrown) {
      return { ok: false, error: AppError.from(thrown, "invalid-argument") };
    }
  }

  /** As `prepare`, and checked, too. */
  async prepareSent(source: ConfigSource): Promise<SettingsResult> {
    const result = await this.prepare(source);
    if (!result.ok) return result;
    try {
      await this.#options.checkSent?.(result.settings);
      return result;
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

  #compile(config: Config, source: ConfigSource): Steps<TenantSettings> {
    const { regexes, templateFiles } = this.#options;
    return settingsSteps(config, source, {
      templateFiles: templateFiles?.(config, source) ?? NO_FILES,
      ...(regexes && { regexes }),
    });
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

function countRegexes({ route, inhibitRules }: Config): number {
  let count = countIn(route);
  for (const rule of inhibitRules) {
    count +=
      rule.sourceMatchers.filter(isRegex).length + rule.targetMatchers.filter(isRegex).length;
  }
  return count;
}

function countIn({ matchers, routes }: RouteConfig): number {
  return routes.reduce((sum, child) => sum + countIn(child), matchers.filter(isRegex).length);
}

function isRegex({ type }: MatcherSpec): boolean {
  return type === "=~" || type === "!~";
}
