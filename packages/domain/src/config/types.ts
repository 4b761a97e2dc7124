/**
 * A configuration after parsing, defaults and inheritance from `global`: what the rest of the program
 * sees. Durations are milliseconds. Secrets are plain text here and are shown only by `marshalConfig`,
 * which writes `<secret>`.
 */
import type { MatcherSpec } from "../model/index.ts";

export interface Config {
  readonly resolveTimeoutMs: number;
  readonly route: RouteConfig;
  readonly receivers: readonly ReceiverConfig[];
  readonly inhibitRules: readonly InhibitRuleConfig[];
  readonly timeIntervals: ReadonlyMap<string, readonly TimeIntervalConfig[]>;
  /** Globs of template files. */
  readonly templates: readonly string[];
}

export interface RouteConfig {
  readonly receiver: string | undefined;
  /** Undefined inherits. */
  readonly groupBy: readonly string[] | undefined;
  readonly groupByAll: boolean;
  /** `match`, `match_re` and `matchers` together, sorted by name, value, type. */
  readonly matchers: readonly MatcherSpec[];
  readonly continue: boolean;
  readonly groupWaitMs: number | undefined;
  readonly groupIntervalMs: number | undefined;
  readonly repeatIntervalMs: number | undefined;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly routes: readonly RouteConfig[];
}

export interface ReceiverConfig {
  readonly name: string;
  /** With its own `name`; absent when that is all. */
  readonly labels?: ReadonlyMap<string, string>;
  /** In upstream's order of kinds; `index` counts within a kind. */
  readonly integrations: readonly IntegrationConfig[];
}

/** One configured way to notify. `settings` has the kind's own type; see `config/receivers/`. */
export interface IntegrationConfig {
  readonly kind: string;
  readonly index: number;
  readonly sendResolved: boolean;
  readonly settings: unknown;
}

export interface InhibitRuleConfig {
  readonly name: string;
  readonly sourceMatchers: readonly MatcherSpec[];
  readonly targetMatchers: readonly MatcherSpec[];
  readonly equal: readonly string[];
}

/** One calendar range; absent fields do not restrict. Numbers as `domain/time-interval` explains. */
export interface TimeIntervalConfig {
  readonly times: readonly NumberRange[] | undefined;
  readonly weekdays: readonly NumberRange[] | undefined;
  readonly daysOfMonth: readonly NumberRange[] | undefined;
  readonly months: readonly NumberRange[] | undefined;
  readonly years: readonly NumberRange[] | undefined;
  /** IANA name; undefined is UTC. */
  readonly location: string | undefined;
}

export interface NumberRange {
  readonly start: number;
  readonly end: number;
}
