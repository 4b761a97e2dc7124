/**
 * Reads Alertmanager's configuration: strict YAML (unknown and repeated keys are faults), defaults,
 * inheritance from `global`, and every check that loading makes upstream (`config.Load` of 0.34). All
 * faults come with line and column; those of the YAML before those of meaning, which are only looked
 * for where the YAML is right.
 */
import type { MatcherMode, RegexCache } from "../matcher/index.ts";
import { completeDocument, configDocument, configFrom } from "./document.ts";
import type { ConfigDocument } from "./document.ts";
import { joinPaths } from "./paths.ts";
import { Scope } from "./schema/index.ts";
import type { ConfigProblem } from "./schema/index.ts";
import { placeOf } from "./schema/scope.ts";
import type { OnMatchers } from "./schema/scope.ts";
import { isNull } from "./schema/shape.ts";
import { checkUrlTemplate } from "./template-syntax.ts";
import type { Config } from "./types.ts";
import { yaml11Fault } from "./yaml-11/fault.ts";
import { emitYaml } from "./yaml/emit.ts";
import { parseYaml } from "./yaml/parse.ts";
import { firstDocument } from "./yaml/source.ts";
import { decodeConfig } from "./decode-config.ts";

export interface ParseConfigOptions {
  /** `fallback` unless given, as upstream without feature flags. */
  readonly matcherMode?: MatcherMode;
  /** Where the file lies: relative file names are joined with it. Without it they stay as written. */
  readonly directory?: string;
  /** Shares compiled regular expressions with whoever matches later. */
  readonly regexes?: RegexCache;
  /** Larger texts are refused. 16 MiB unless given. */
  readonly sizeMaxBytes?: number;
  /** What a text may hold besides. No limit unless given. */
  readonly limits?: ConfigLimits;
  /** Told of every list of matchers while it is read: for tools that log how. */
  readonly onMatchers?: OnMatchers;
}

export interface ConfigLimits {
  /** Values, keys, lists and mappings of the YAML. */
  readonly nodeCountMax: number;
  /** Of all regular expressions together, see `patternCost`. */
  readonly regexStepsMax: number;
}

/** A configuration together with what was written, for `marshalConfig`. */
export interface ParsedConfig extends Config {
  readonly document: ConfigDocument;
}

export type ConfigParse =
  | { readonly ok: true; readonly config: ParsedConfig; readonly warnings: readonly string[] }
  | {
      readonly ok: false;
      readonly problems: readonly ConfigProblem[];
      /** Its regular expressions have more steps than allowed: with more it might be right. */
      readonly lacksRegexSteps?: boolean;
    };

const SIZE_MAX_BYTES = 16 * 1024 * 1024;

/** Parses a configuration. Bytes may be UTF-8 or, with a byte order mark, UTF-16. */
export function parseConfig(
  input: string | Uint8Array,
  options: ParseConfigOptions = {},
): ConfigParse {
  const sizeMaxBytes = options.sizeMaxBytes ?? SIZE_MAX_BYTES;
  if (input.length > sizeMaxBytes) {
    return refuse(`it has ${input.length} bytes, ${sizeMaxBytes} are allowed`);
  }
  const decoded =
    typeof input === "string" ? { ok: true as const, text: input } : decodeConfig(input);
  if (!decoded.ok) return { ok: false, problems: [decoded.problem] };
  const written = decoded.text;
  const text = firstDocument(written.startsWith("\ufeff") ? written.slice(1) : written);
  const parsed = parseYaml(text);
  if (!parsed.ok) {
    const message = `Cannot read the YAML: ${parsed.reason}`;
    const upstream = yaml11Fault(text);
    return { ok: false, problems: [{ message, ...placeOf(text, parsed.offset), upstream }] };
  }
  if (parsed.root === undefined || isNull(parsed.root)) return refuse("no route is provided");
  const { limits } = options;
  if (limits !== undefined && parsed.nodeCount > limits.nodeCountMax) {
    return refuse(`it has ${parsed.nodeCount} nodes, ${limits.nodeCountMax} are allowed`);
  }
  const scope = new Scope({
    text,
    mode: options.matcherMode ?? "fallback",
    nodeCount: parsed.nodeCount,
    regexes: options.regexes,
    regexStepsMax: limits?.regexStepsMax,
    onMatchers: options.onMatchers,
    checkTemplate: checkUrlTemplate,
  });
  const document = scope.read(configDocument, parsed.root, configDocument.initial());
  if (!scope.hasProblems) completeDocument(document, scope);
  const { route } = document;
  if (scope.hasProblems || route === undefined) {
    return { ok: false, problems: scope.problems(), lacksRegexSteps: scope.lacksRegexSteps };
  }
  const joined =
    options.directory === undefined ? document : joinPaths(document, options.directory);
  const config = { ...configFrom(joined, route), document: joined };
  return { ok: true, config, warnings: scope.warnings };
}

/** The configuration as upstream writes it: defaults filled in, secrets as `<secret>`. */
export function marshalConfig(config: ParsedConfig): string {
  return emitYaml(configDocument.encode(config.document));
}

function refuse(reason: string): ConfigParse {
  const message = `Cannot read the configuration: ${reason}`;
  return { ok: false, problems: [{ message, line: 1, column: 1 }] };
}
