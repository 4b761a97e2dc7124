import {
  findHostAccess,
  marshalConfigInUse,
  parseConfig,
  type Config,
  type ConfigLimits,
  type ConfigProblem,
  type HostAccess,
  type EventRecorderConfig,
} from "@tocsin/domain/config";
import type { MatcherMode, MatcherWarning, RegexCache } from "@tocsin/domain/matcher";

/** What may take long with a configuration's text, as values: it can be done in another thread. */
export interface ConfigJob {
  /** `show`: the configuration as the API shows it. */
  readonly kind: "parse" | "show";
  readonly text: string;
  readonly mode: MatcherMode;
  /** Relative file names are joined with it; undefined: they stay as written. */
  readonly directory: string | undefined;
  readonly limits: ConfigLimits | undefined;
}

/** A list of matchers that was read, maybe otherwise than the new parser would have read it. */
export interface MatcherNote {
  readonly input: string;
  readonly warning: MatcherWarning;
}

export interface ReadConfig {
  readonly kind: "parse";
  readonly config: Config;
  readonly eventRecorder: EventRecorderConfig | undefined;
  /** See `findHostAccess`; looked for only in a text without a directory, which is a tenant's. */
  readonly hostAccess: HostAccess | undefined;
  readonly warnings: readonly string[];
}

export interface RefusedConfig {
  readonly kind: "refused";
  readonly problems: readonly ConfigProblem[];
  /** See `ConfigParse`. */
  readonly lacksRegexSteps: boolean;
}

export type ConfigReply = (
  | ReadConfig
  | { readonly kind: "show"; readonly text: string }
  | RefusedConfig
) & {
  readonly notes: readonly MatcherNote[];
};

/** Does it here and now. */
export function doConfigJob(job: ConfigJob, regexes?: RegexCache): ConfigReply {
  const { kind, text, mode, directory, limits } = job;
  const notes: MatcherNote[] = [];
  const parsed = parseConfig(text, {
    matcherMode: mode,
    onMatchers: (input, matchers) => {
      if (matchers.ok && matchers.warning !== undefined)
        notes.push({ input, warning: matchers.warning });
    },
    ...(regexes && { regexes }),
    ...(directory === undefined ? undefined : { directory }),
    ...(limits && { limits }),
  });
  if (!parsed.ok) {
    const { problems, lacksRegexSteps = false } = parsed;
    return { kind: "refused", problems, lacksRegexSteps, notes };
  }
  if (kind === "show") return { kind, text: marshalConfigInUse(parsed.config), notes };
  // Copying between threads takes time, and the document is as large as the rest.
  const { document, ...config } = parsed.config;
  const { eventRecorder } = document;
  // What an operator's own file names of the host is the operator's.
  const hostAccess = directory === undefined ? findHostAccess(parsed.config, text) : undefined;
  return { kind, config, eventRecorder, hostAccess, warnings: parsed.warnings, notes };
}
