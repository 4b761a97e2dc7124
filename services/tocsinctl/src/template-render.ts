import { parseArgs } from "node:util";
import { AppError } from "@tocsin/foundation";
import {
  compileTemplates,
  sampleTemplateData,
  templateDataFromJson,
  type TemplateData,
  type Templates,
} from "@tocsin/domain/template";
import { UsageError, type Surroundings } from "./surroundings.ts";

export const TEMPLATE_RENDER_HELP = `usage: tocsinctl template render --template.glob=PATTERN \\
  --template.text=TEXT [<flags>]

Renders a text with the definitions of template files at hand.

      --template.glob=PATTERN …  Pattern of template files; may be given more than once.
      --template.text=TEXT       The template to render.
      --template.type=TYPE       What is made: text (default) or html.
      --template.data=FILE       JSON file with the data, in the form of webhooks.
                                 Without it made-up data.
`;

interface RenderFlags {
  readonly globs: readonly string[];
  readonly text: string;
  readonly isHtml: boolean;
  readonly dataPath: string | undefined;
}

/**
 * `template render`: the options and the output of `amtool template render`.
 *
 * @throws UsageError for wrong flags, unreadable files and templates that fail.
 */
export function renderTemplate(words: readonly string[], around: Surroundings): void {
  if (words.includes("--help") || words.includes("-h")) {
    around.writeOut(TEMPLATE_RENDER_HELP);
    return;
  }
  const flags = readFlags(words);
  const templates = compile(flags.globs, around);
  const data = readData(flags.dataPath, around);
  const options = { nowMs: around.nowMs, isByValue: true };
  const rendered = flags.isHtml
    ? templates.renderHtml(flags.text, data, options)
    : templates.renderText(flags.text, data, options);
  if (!rendered.ok) throw new UsageError(rendered.problem.message);
  around.writeOut(rendered.text);
}

function readFlags(words: readonly string[]): RenderFlags {
  const { values, positionals } = parseWords(words);
  const [unexpected] = positionals;
  if (unexpected !== undefined) throw new UsageError(`unexpected ${unexpected}`);
  const globs = values["template.glob"];
  const text = values["template.text"];
  const missing = [
    ...(globs === undefined ? ["'--template.glob'"] : []),
    ...(text === undefined ? ["'--template.text'"] : []),
  ];
  if (globs === undefined || text === undefined) {
    throw new UsageError(`required flag(s) ${missing.join(", ")} not provided`);
  }
  const type = values["template.type"] ?? "text";
  if (type !== "html" && type !== "text") {
    throw new UsageError(`enum value must be one of html,text, got '${type}'`);
  }
  return { globs, text, isHtml: type === "html", dataPath: values["template.data"] };
}

function parseWords(words: readonly string[]): ReturnType<typeof parseKnownFlags> {
  try {
    return parseKnownFlags(words);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const flag = /'(-[^'\s]*)/.exec(reason)?.[1];
    const isUnknown = reason.startsWith("Unknown option");
    throw new UsageError(isUnknown && flag !== undefined ? `unknown long flag '${flag}'` : reason);
  }
}

// The return type is what parseArgs makes of these options.
function parseKnownFlags(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      "template.glob": { type: "string", multiple: true },
      "template.text": { type: "string" },
      "template.type": { type: "string" },
      "template.data": { type: "string" },
    },
  });
}

function compile(globs: readonly string[], { readTemplates }: Surroundings): Templates {
  try {
    return compileTemplates(readTemplates(globs));
  } catch (error) {
    throw new UsageError(AppError.from(error).message);
  }
}

function readData(path: string | undefined, around: Surroundings): TemplateData {
  if (path === undefined) return sampleTemplateData(around.nowMs);
  try {
    return templateDataFromJson(JSON.parse(around.readFile(path)));
  } catch (error) {
    throw new UsageError(AppError.from(error).message);
  }
}
