import { describe, expect, it } from "vitest";
import { TemplateData } from "./alertmanager/data.ts";
import { KV } from "./alertmanager/kv.ts";
import { sampleTemplateData } from "./alertmanager/sample-data.ts";
import { TemplateFailure } from "./problem.ts";
import { compileTemplates, TemplateCache, type Rendered, type RenderOptions } from "./templates.ts";

const NOW_MS = Date.UTC(2026, 0, 1);
const DATA = sampleTemplateData(NOW_MS);

function text(template: string, options: Partial<RenderOptions> = {}): Rendered {
  return compileTemplates([]).renderText(template, DATA, { nowMs: NOW_MS, ...options });
}

function problemOf(rendered: Rendered): Extract<Rendered, { ok: false }>["problem"] {
  if (rendered.ok) throw new Error(`Rendered ${rendered.text}`);
  return rendered.problem;
}

describe("renderText()", () => {
  it("tells where a template failed, with file, line, column and the text at fault", () => {
    const files = [{ name: "my.tmpl", text: '{{ define "a" }}\nxé{{ .Nope }}{{ end }}' }];
    const templates = compileTemplates(files);
    const rendered = templates.renderText('{{ template "a" . }}', DATA, { nowMs: NOW_MS });
    expect(problemOf(rendered)).toEqual({
      stage: "exec",
      message:
        'template: my.tmpl:2:6: executing "a" at <.Nope>: ' +
        "can't evaluate field Nope in type *template.Data",
      file: "my.tmpl",
      line: 2,
      column: 6,
      at: ".Nope",
      limit: undefined,
    });
  });

  it("shows what a pointer points to, as Go's escapers do", () => {
    expect(text("{{ slice (urlquery .) 0 3 }}")).toMatchObject({ text: "%7B" });
    const { message } = problemOf(text("{{ slice . }}"));
    expect(message).toContain("can't slice item of type template.Data");
  });

  it("tells stray bytes in messages as U+FFFD", () => {
    expect(problemOf(text('{{ range "\\xff" }}{{ end }}')).message).toContain("over \ufffd");
  });

  it("reads the time from the caller", () => {
    expect(text('{{ now.Format "2006-01-02" }}')).toMatchObject({ text: "2026-01-01" });
  });

  it("gives stray bytes as they are and, for wires, as U+FFFD", () => {
    expect(text('{{ slice "é" 0 1 }}')).toEqual({ ok: true, text: "\ufffd", raw: "\udcc3" });
  });

  it("renders nothing for nothing", () => {
    expect(text("")).toEqual({ ok: true, text: "", raw: "" });
  });
});

describe("limits of renderText()", () => {
  it.each([
    { name: "a long loop", template: "{{ range 1000000000 }}{{ end }}", reason: "steps" },
    {
      name: "much text",
      template: '{{ range 99999 }}{{ printf "%999d" 1 }}{{ end }}',
      reason: "output",
    },
    { name: "a wide number", template: '{{ printf "%9999999d" 1 }}', reason: "output" },
    {
      name: "doubling",
      template: '{{ $a := "x" }}{{ range 60 }}{{ $a = print $a $a }}{{ end }}',
      reason: "output",
    },
    {
      name: "lists in lists",
      template: "{{ $a := list 1 }}{{ range 60 }}{{ $a = list $a $a }}{{ end }}{{ $a }}",
      reason: "steps",
    },
    {
      name: "the same as JSON",
      template: "{{ $a := list 1 }}{{ range 60 }}{{ $a = list $a $a }}{{ end }}{{ toJson $a }}",
      reason: "steps",
    },
    {
      name: "a list in itself",
      template:
        "{{ $a := append (list 1 2) 3 }}{{ $b := append $a 4 }}{{ $c := append $a $b }}{{ $b }}",
      reason: "depth",
    },
    {
      name: "endless recursion",
      template: '{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}',
      reason: "depth",
    },
    {
      name: "recursion through branches",
      template:
        '{{ define "a" }}{{ if 1 }}{{ with 1 }}{{ range 1 }}{{ template "a" }}{{ end }}{{ end }}' +
        '{{ end }}{{ end }}{{ template "a" }}',
      reason: "depth",
    },
    {
      name: "patterns without end",
      template: '{{ range $i := 9999 }}{{ match (printf "(a{99}){9}%d" $i) "b" }}{{ end }}',
      reason: "steps",
    },
    {
      name: "one long pattern match",
      template:
        '{{ $a := "aaaaaaaa" }}{{ range 18 }}{{ $a = print $a $a }}{{ end }}' +
        '{{ reReplaceAll "(a|aa)*b|a" "x" $a }}',
      reason: "steps",
    },
  ])("end $name", ({ template, reason }) => {
    const { message, limit } = problemOf(text(template));
    expect(message).toContain("exceeded maximum");
    expect(message).toContain(reason);
    expect(limit).toBeDefined();
  });

  it("are the tenant's own", () => {
    const template = "{{ range 10 }}x{{ end }}";
    expect(text(template, { limits: { stepsMax: 10 } }).ok).toBe(false);
    expect(text(template, { limits: { outputMaxChars: 9 } }).ok).toBe(false);
    expect(text(template, { limits: { outputMaxChars: 10 } })).toMatchObject({
      text: "xxxxxxxxxx",
    });
  });

  it("count what it takes to read a long text", () => {
    const long = "{{ if false }}{{ end }}".repeat(2_000);
    const options = { limits: { stepsMax: 100_000 } };
    const { limit, message } = problemOf(text(long, options));
    expect(limit).toBe("stepsMax");
    expect(message).toMatch(/^template: :1: a text of 46000 characters exceeded maximum steps/);
    expect(text(long, { limits: { stepsMax: 300_000 } }).ok).toBe(true);
  });

  it("count over route labels that render each other", () => {
    const routeLabels = new KV({
      names: ["a", "b", "c"],
      values: ['{{ routeLabels "b" }}', '{{ routeLabels "c" }}', "end"],
    });
    const data = new TemplateData({ routeLabels });
    const render = (depthMax: number) =>
      compileTemplates([]).renderText('{{ routeLabels "a" }}', data, {
        nowMs: 0,
        limits: { depthMax },
      });
    expect(render(3)).toMatchObject({ text: "end" });
    expect(problemOf(render(2)).limit).toBe("depthMax");
  });
});

describe("compileTemplates()", () => {
  it("refuses a file that does not parse and names it", () => {
    const compile = () => compileTemplates([{ name: "x.tmpl", text: "{{ if }}" }]);
    expect(compile).toThrow(TemplateFailure);
    expect(compile).toThrow("template: x.tmpl:1: missing value for if");
  });

  it("lets later files replace earlier definitions, but not with nothing", () => {
    const templates = compileTemplates([
      { name: "a.tmpl", text: '{{ define "x" }}first{{ end }}{{ define "y" }}kept{{ end }}' },
      { name: "b.tmpl", text: '{{ define "x" }}second{{ end }}{{ define "y" }} {{ end }}' },
    ]);
    const rendered = templates.renderText('{{ template "x" }} {{ template "y" }}', null, {
      nowMs: 0,
    });
    expect(rendered).toMatchObject({ text: "second kept" });
  });

  it("shares what is compiled by content", () => {
    const cache = new TemplateCache();
    const file = { name: "a.tmpl", text: '{{ define "x" }}1{{ end }}' };
    const first = compileTemplates([file], { cache });
    expect(compileTemplates([{ ...file }], { cache })).toBe(first);
    expect(compileTemplates([{ ...file, name: "b.tmpl" }], { cache })).not.toBe(first);
    expect(compileTemplates([file])).not.toBe(first);
  });

  it("lets one text's definitions be unknown to the next", () => {
    const templates = compileTemplates([]);
    const define = '{{ define "__subject" }}mine{{ end }}{{ template "__subject" . }}';
    expect(templates.renderText(define, DATA, { nowMs: 0 })).toMatchObject({ text: "mine" });
    expect(templates.renderText('{{ template "__subject" . }}', DATA, { nowMs: 0 })).toMatchObject({
      text: "[ALERTSTATUS] grouplabelvalue1 grouplabelvalue2 ",
    });
  });
});

describe("checkText()", () => {
  it("finds what does not parse and runs nothing", () => {
    const templates = compileTemplates([]);
    expect(templates.checkText("{{ .Nope }}")).toBeUndefined();
    expect(templates.checkText("a\n{{ shout }}")).toMatchObject({
      stage: "parse",
      line: 2,
      message: 'template: :2: function "shout" not defined',
    });
  });
});
