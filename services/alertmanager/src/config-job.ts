import {
  findHostAccess,
  marshalConfigInUse,
  parseConfig,
  type ConfigLimits,
  type ConfigParse,
  type ParseConfigOptions,
} from "@tocsin/domain/config";
import type { MatcherMode, RegexCache } from "@tocsin/domain/matcher";

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

export interface ConfigReply {
  readonly parsed: ConfigParse;
  /** The first field that reaches out to the host; see `findHostAccess`. */
  readonly hostField: string | undefined;
  /** Of `show`, if it could be parsed. */
  readonly shown: string | undefined;
}

/** Does it here and now. `onMatchers` is told of every list of matchers. */
export function doConfigJob(
  job: ConfigJob,
  regexes?: RegexCache,
  onMatchers?: ParseConfigOptions["onMatchers"],
): ConfigReply {
  const { kind, text, mode, directory, limits } = job;
  const parsed = parseConfig(text, {
    matcherMode: mode,
    ...(onMatchers && { onMatchers }),
    ...(regexes && { regexes }),
    ...(directory === undefined ? undefined : { directory }),
    ...(limits && { limits }),
  });
  if (!parsed.ok) return { parsed, hostField: undefined, shown: undefined };
  if (kind === "parse") {
    return { parsed, hostField: findHostAccess(parsed.config), shown: undefined };
  }
  // Whoever asks for this has no use for the rest, and copying it between threads takes time.
  const nothing: ConfigParse = { ok: false, problems: [] };
  return { parsed: nothing, hostField: undefined, shown: marshalConfigInUse(parsed.config) };
}
