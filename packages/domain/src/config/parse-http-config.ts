import { httpConfig } from "./http-config.ts";
import type { HttpConfig } from "./http-config.ts";
import { joinHttpPaths } from "./paths.ts";
import { Scope } from "./schema/index.ts";
import type { ConfigProblem } from "./schema/index.ts";
import { placeOf } from "./schema/scope.ts";
import { checkUrlTemplate } from "./template-syntax.ts";
import { parseYaml } from "./yaml/parse.ts";

export type HttpConfigParse =
  | { readonly ok: true; readonly config: HttpConfig }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * Parses a file that holds one `http_config` and nothing else, as tools take it. Relative file names are
 * joined with `directory`. Mirrors LoadHTTPConfigFile of prometheus/common 0.70 `config/http_config.go`.
 */
export function parseHttpConfig(text: string, directory: string): HttpConfigParse {
  const parsed = parseYaml(text);
  if (!parsed.ok) {
    const message = `Cannot read the YAML: ${parsed.reason}`;
    return { ok: false, problems: [{ message, ...placeOf(text, parsed.offset) }] };
  }
  const { root, nodeCount } = parsed;
  const scope = new Scope({
    text,
    mode: "fallback",
    nodeCount,
    regexes: undefined,
    checkTemplate: checkUrlTemplate,
  });
  const initial = httpConfig.initial();
  const config = root === undefined ? initial : scope.read(httpConfig, root, initial);
  if (scope.hasProblems) return { ok: false, problems: scope.problems() };
  return { ok: true, config: joinHttpPaths(config, directory) };
}
