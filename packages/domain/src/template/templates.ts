/**
 * Compiled templates of one configuration, ready to render. Everything that costs is done once and kept:
 * sets of files by their content, so that tenants with the same files (most have none) share them, and
 * texts within a set.
 */
import { createHash } from "node:crypto";
import { ALERTMANAGER_FUNCTIONS } from "./alertmanager/functions.ts";
import { dataPointer, type TemplateData } from "./alertmanager/data.ts";
import { DEFAULT_TEMPLATES } from "./alertmanager/default-templates.ts";
import { EMAIL_TEMPLATES } from "./alertmanager/email-templates.ts";
import { RouteLabels } from "./alertmanager/route-labels.ts";
import { BoundedCache } from "./bounded-cache.ts";
import { Budget, BudgetError, DEFAULT_LIMITS, type RenderLimits } from "./budget.ts";
import type { FunctionTable } from "./exec/evaluator.ts";
import type { Execution } from "./exec/execution.ts";
import { execute } from "./exec/executor.ts";
import { sprint } from "./fmt/printf.ts";
import { BUILTINS } from "./functions/builtins.ts";
import { RegexCache } from "./functions/regex.ts";
import { HtmlEscaper } from "./html/escape.ts";
import { ARGUMENTS_FUNCTION } from "./html/pipeline.ts";
import type { ListNode } from "./parse/nodes.ts";
import { parseTemplate } from "./parse/parser.ts";
import { TemplateFailure, type TemplateProblem } from "./problem.ts";
import {
  addDefinitions,
  parseText,
  type Definitions,
  type ParsedText,
  type TemplateSource,
} from "./template-set.ts";
import { timeFromNs } from "./time/time.ts";
import { UTC, ZoneLoader } from "./time/zone.ts";
import { ANY } from "./values/types.ts";
import { wellFormed } from "./values/text.ts";
import type { GoValue } from "./values/values.ts";

export interface RenderOptions {
  /** What `now` is in the template, in ms since 1970. */
  readonly nowMs: number;
  /** Limits that differ from `DEFAULT_LIMITS`, such as a tenant's own. */
  readonly limits?: Partial<RenderLimits>;
  /** Counts this rendering, in the place of `limits`: for those who want to know what it cost. */
  readonly budget?: Budget;
  /** The dot is the data itself and not a pointer to it, which only error messages tell. */
  readonly isByValue?: boolean;
}

export type Rendered =
  | {
      readonly ok: true;
      readonly text: string;
      /** Bytes kept: see `../text`. */ readonly raw: string;
    }
  | { readonly ok: false; readonly problem: TemplateProblem };

export interface CompileOptions {
  /** Shares what is compiled; without it nothing is shared with other calls. */
  readonly cache?: TemplateCache;
}

/** Beside the functions that texts may call, one that only the HTML escaper puts in. */
const FUNCTION_TABLE: FunctionTable = {
  builtins: BUILTINS,
  functions: new Map([
    ...ALERTMANAGER_FUNCTIONS,
    [ARGUMENTS_FUNCTION, { params: [ANY], isVariadic: true, call: evaluatedArguments }],
  ]),
};
const FUNCTION_NAMES: ReadonlySet<string> = new Set([
  ...BUILTINS.keys(),
  ...ALERTMANAGER_FUNCTIONS.keys(),
]);
const LANGUAGE_FUNCTIONS: ReadonlySet<string> = new Set(BUILTINS.keys());
/** Characters of template files kept compiled, and per set of texts. Some 20 bytes each in memory. */
const FILES_KEPT_MAX_CHARS = 8_000_000;
const TEXTS_KEPT_MAX_CHARS = 500_000;

/** What a set weighs beside its files: the index of the built-in templates and the texts used with it. */
const SET_CHARS = 2_000;
const READING_STEPS_PER_CHAR = 4;
const TEXT_FREE_CHARS = 4_000;

/** What compiled templates share: sets of files, patterns, zones. One per process is meant. */
export class TemplateCache {
  readonly regexes: RegexCache = new RegexCache();
  readonly zones: ZoneLoader = new ZoneLoader();
  readonly #sets = new BoundedCache<Templates>(FILES_KEPT_MAX_CHARS);
  /** Hashes of lists that were asked for: each notification asks with the list of its configuration. */
  readonly #keys = new WeakMap<readonly TemplateSource[], string>();
  readonly #defaults: Definitions = parseDefaults();

  /** @throws TemplateFailure when a file cannot be parsed. */
  compile(sources: readonly TemplateSource[]): Templates {
    const chars = sources.reduce((sum, { text }) => sum + text.length, SET_CHARS);
    return this.#sets.getOrMake(this.#keyOf(sources), chars, () => {
      const definitions = new Map(this.#defaults);
      for (const { name, text } of sources) {
        addDefinitions(definitions, parseTemplate(text, { name, functions: FUNCTION_NAMES }));
      }
      return new Templates(definitions, this);
    });
  }

  #keyOf(sources: readonly TemplateSource[]): string {
    const known = this.#keys.get(sources);
    if (known !== undefined) return known;
    const content = JSON.stringify(sources.map(({ name, text }) => [name, text]));
    const key = createHash("sha256").update(content).digest("base64");
    this.#keys.set(sources, key);
    return key;
  }
}

function parseDefaults(): Definitions {
  const definitions = new Map<string, ListNode>();
  for (const text of [DEFAULT_TEMPLATES, EMAIL_TEMPLATES]) {
    addDefinitions(definitions, parseTemplate(text, { name: "", functions: FUNCTION_NAMES }));
  }
  return definitions;
}

/**
 * Compiles template files over the built-in templates; later ones replace earlier definitions.
 *
 * @throws TemplateFailure when a file cannot be parsed.
 */
export function compileTemplates(
  sources: readonly TemplateSource[],
  options: CompileOptions = {},
): Templates {
  return (options.cache ?? new TemplateCache()).compile(sources);
}

/**
 * Says what is wrong with a text that has the language's own functions only, and none of alerts: so
 * upstream checks addresses when it loads a configuration. Undefined when it parses.
 */
export function checkLanguage(text: string): TemplateProblem | undefined {
  return problemOf(text, LANGUAGE_FUNCTIONS);
}

/** What is run for a text: the tree to start with and where to find the templates that it calls. */
interface Prepared {
  readonly root: ListNode;
  readonly lookup: (name: string) => ListNode | undefined;
}

type Mode = "text" | "html";

/** A set of compiled templates. */
export class Templates {
  readonly #definitions: Definitions;
  readonly #cache: TemplateCache;
  readonly #prepared = {
    text: new BoundedCache<Prepared>(TEXTS_KEPT_MAX_CHARS),
    html: new BoundedCache<Prepared>(TEXTS_KEPT_MAX_CHARS),
  };

  constructor(definitions: Definitions, cache: TemplateCache) {
    this.#definitions = definitions;
    this.#cache = cache;
  }

  /** The templates that a text can call. */
  get names(): readonly string[] {
    return [...this.#definitions.keys()];
  }

  /** Renders a text. Data null is Go's nil. */
  renderText(text: string, data: TemplateData | null, options: RenderOptions): Rendered {
    return this.#render({ text, mode: "text" }, data, options);
  }

  /** Renders a text as HTML: values are escaped for the place that they stand in. */
  renderHtml(text: string, data: TemplateData | null, options: RenderOptions): Rendered {
    return this.#render({ text, mode: "html" }, data, options);
  }

  /** Says what is wrong with a text before it is used; undefined when it parses. */
  checkText(text: string): TemplateProblem | undefined {
    return problemOf(text, FUNCTION_NAMES);
  }

  /** Renders a route's labels, which may call each other. A label that fails is told apart. */
  renderRouteLabels(data: TemplateData, options: RenderOptions): ReadonlyMap<string, Rendered> {
    const labels = this.#routeLabels(data, "text", options);
    return new Map(
      data.routeLabels.names.map((name) => [name, attempt(() => labels.resolve(name))]),
    );
  }

  #render(
    { text, mode }: { readonly text: string; readonly mode: Mode },
    data: TemplateData | null,
    options: RenderOptions,
  ): Rendered {
    if (text === "") return { ok: true, text: "", raw: "" };
    return attempt(() => this.#routeLabels(data, mode, options).render(text));
  }

  #routeLabels(data: TemplateData | null, mode: Mode, options: RenderOptions): RouteLabels {
    const run = {
      budget: options.budget ?? new Budget({ ...DEFAULT_LIMITS, ...options.limits }),
      now: timeFromNs(BigInt(Math.round(options.nowMs)) * 1_000_000n, UTC),
      zones: this.#cache.zones,
      regexes: this.#cache.regexes,
    };
    const dot: GoValue = data === null || options.isByValue ? data : dataPointer(data);
    return new RouteLabels(data, run, (text, execution) =>
      this.#execute({ text, mode, dot }, execution),
    );
  }

  #execute(
    { text, mode, dot }: { readonly text: string; readonly mode: Mode; readonly dot: GoValue },
    run: Execution,
  ): string {
    chargeForReading(text, run);
    const { root, lookup } = this.#prepared[mode].getOrMake(text, text.length, () =>
      this.#prepare(parseText(text, FUNCTION_NAMES), mode),
    );
    return execute({ table: FUNCTION_TABLE, lookup }, { name: "", root, dot }, run);
  }

  #prepare(text: ParsedText, mode: Mode): Prepared {
    // Beside the shared ones, not in a copy of them: thousands of tenants have texts of their own.
    const own = new Map<string, ListNode>();
    addDefinitions(own, text.parsed, this.#definitions);
    const lookup = (name: string): ListNode | undefined =>
      own.get(name) ?? this.#definitions.get(name);
    // An empty text replaces nothing: in HTML, Go then runs what the empty name stood for before.
    if (mode === "html") return new HtmlEscaper(lookup).escape("");
    return { root: text.root, lookup };
  }
}

/**
 * Reading a text costs as much as running it, if it is long. Whether it is in the cache makes no
 * difference: all owners of a tenant must come to the same text. @throws TemplateFailure
 */
function chargeForReading(text: string, { budget }: Execution): void {
  const excess = text.length - TEXT_FREE_CHARS;
  if (excess <= 0) return;
  try {
    budget.spend(excess * READING_STEPS_PER_CHAR);
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    const { message, limit } = error;
    const place = { file: "", line: 1, column: 0, at: "" };
    throw new TemplateFailure({
      stage: "parse",
      message: `template: :1: a text of ${text.length} characters ${message}`,
      ...place,
      limit,
    });
  }
}

function evaluatedArguments(args: readonly GoValue[], run: Execution): string {
  return sprint(args, run.budget);
}

function problemOf(text: string, functions: ReadonlySet<string>): TemplateProblem | undefined {
  const result = attempt(() => {
    parseText(text, functions);
    return "";
  });
  return result.ok ? undefined : result.problem;
}

function attempt(render: () => string): Rendered {
  try {
    const raw = render();
    return { ok: true, text: wellFormed(raw), raw };
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error;
    const { message, at } = error.problem;
    // They quote texts of the template, in which bytes may stray.
    const mended = { message: wellFormed(message), at: wellFormed(at) };
    return { ok: false, problem: { ...error.problem, ...mended } };
  }
}
