import type { Config, ReceiverConfig } from "@tocsin/domain/config";
import { compileInhibitRules, type InhibitRules } from "@tocsin/domain/inhibit";
import type { RegexCache } from "@tocsin/domain/matcher";
import { compileRoutes, type Route } from "@tocsin/domain/route";
import { AppError } from "@tocsin/foundation";

/** What a configuration is made of before it is parsed. */
export interface ConfigSource {
  readonly text: string;
  /** Template files by name. */
  readonly templates: Readonly<Record<string, string>>;
}

/** A configuration made ready. Immutable, so that all tenants with the same text share one. */
export interface TenantSettings {
  readonly config: Config;
  readonly source: ConfigSource;
  readonly root: Route;
  readonly inhibitRules: InhibitRules;
  readonly receivers: ReadonlyMap<string, ReceiverConfig>;
}

/** Makes a parsed configuration ready; `regexes` shares compiled patterns between tenants. */
export function compileSettings(
  config: Config,
  source: ConfigSource,
  regexes?: RegexCache,
): TenantSettings {
  return {
    config,
    source,
    root: compileRoutes(config.route, regexes),
    inhibitRules: compileInhibitRules(config.inhibitRules, regexes),
    receivers: new Map(config.receivers.map((receiver) => [receiver.name, receiver])),
  };
}

export type SettingsResult =
  | { readonly ok: true; readonly settings: TenantSettings }
  | { readonly ok: false; readonly error: AppError };

export interface SettingsCacheOptions {
  /** Throws an `AppError` that says what is wrong. */
  readonly parse: (source: ConfigSource) => Config;
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
      const { parse, regexes } = this.#options;
      const settings = compileSettings(parse(source), source, regexes);
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
