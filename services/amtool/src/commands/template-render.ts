import {
  compileTemplates,
  sampleTemplateData,
  type TemplateData,
  templateDataFromJson,
  TemplateFailure,
  type Templates,
} from "@tocsin/domain/template";
import type { Action, CommandContext } from "../program/command-context.ts";
import { Failure, reasonOf } from "../program/failure.ts";
import type { Surroundings } from "../program/surroundings.ts";

/** `template render`: what a template makes of data. */
export const templateRender: Action = {
  command: {
    name: "render",
    help: "Render a template, with the definitions of template files at hand.",
    flags: [
      {
        name: "template.glob",
        kind: "texts",
        isRequired: true,
        help: "A pattern of template files.",
      },
      { name: "template.text", kind: "text", isRequired: true, help: "The template to render." },
      {
        name: "template.type",
        kind: "choice",
        choices: ["html", "text"],
        help: "What is made: text, unless html is asked for.",
      },
      {
        name: "template.data",
        kind: "text",
        help: "A JSON file with the data, in the form that webhooks are sent. Made-up data else.",
      },
    ],
  },
  run: renderTemplate,
};

function renderTemplate({ values, around }: CommandContext): void {
  const nowMs = around.clock.wallMs();
  const path = values.text("template.data");
  const data = path === "" ? sampleTemplateData(nowMs) : readData(path, around);
  const templates = compile(values.texts("template.glob"), around);
  const options = { nowMs, isByValue: true };
  const text = values.text("template.text");
  const rendered =
    values.text("template.type") === "html"
      ? templates.renderHtml(text, data, options)
      : templates.renderText(text, data, options);
  if (!rendered.ok) throw new Failure(rendered.problem.message);
  around.writeOut(rendered.text);
}

function compile(patterns: readonly string[], { readTemplates }: Surroundings): Templates {
  try {
    return compileTemplates(readTemplates(patterns));
  } catch (error) {
    throw new Failure(error instanceof TemplateFailure ? error.problem.message : reasonOf(error));
  }
}

function readData(path: string, { lookAtPath, readFile }: Surroundings): TemplateData {
  if (lookAtPath(path) === "nothing") throw new Failure(`open ${path}: no such file or directory`);
  try {
    return templateDataFromJson(JSON.parse(new TextDecoder().decode(readFile(path))));
  } catch (error) {
    throw new Failure(reasonOf(error));
  }
}
