import { describe, expect, it } from "vitest";
import { HELP, run } from "./run.ts";

const FILES: Readonly<Record<string, string>> = {
  "a.tmpl": '{{ define "greet" }}Hello {{ .Receiver }}{{ end }}',
  "bad.tmpl": "{{ define }}",
  "data.json": JSON.stringify({ receiver: "<ops>", alerts: [{ status: "firing" }] }),
  "list.json": "[]",
  "broken.json": "{",
};

function play(...words: string[]): { code: number; out: string; error: string } {
  let out = "";
  let error = "";
  const code = run(words, {
    nowMs: Date.UTC(2026, 0, 1),
    readFile(path) {
      const text = FILES[path];
      if (text !== undefined) return text;
      const message = `ENOENT: no such file or directory, open '${path}'`;
      throw Object.assign(new Error(message), { syscall: "open" });
    },
    readTemplates: (patterns) =>
      patterns.flatMap((name) => (name in FILES ? [{ name, text: FILES[name] ?? "" }] : [])),
    writeOut: (text) => (out += text),
    writeError: (text) => (error += text),
  });
  return { code, out, error };
}

const render = (...words: string[]) => play("template", "render", ...words);

describe("tocsinctl template render", () => {
  it("renders a definition of a file with made-up data", () => {
    expect(render("--template.glob=a.tmpl", '--template.text={{ template "greet" . }}')).toEqual({
      code: 0,
      out: "Hello receiver",
      error: "",
    });
  });

  it("renders the data of a file, and flags may be words of their own", () => {
    const words = ["--template.glob", "none", "--template.data", "data.json"];
    expect(render(...words, "--template.text", "{{ .Receiver }} {{ len .Alerts }}").out).toBe(
      "<ops> 1",
    );
  });

  it("escapes for HTML when asked to", () => {
    const words = ["--template.glob=a.tmpl", "--template.type=html", "--template.data=data.json"];
    expect(render(...words, '--template.text=<p>{{ template "greet" . }}</p>').out).toBe(
      "<p>Hello &lt;ops&gt;</p>",
    );
  });

  it.each([
    {
      name: "no flags",
      words: [],
      error: "required flag(s) '--template.glob', '--template.text' not provided",
    },
    { name: "an unknown flag", words: ["--foo"], error: "unknown long flag '--foo'" },
    { name: "a stray word", words: ["x"], error: "unexpected x" },
    {
      name: "an unknown type",
      words: ["--template.glob=a.tmpl", "--template.text=x", "--template.type=pdf"],
      error: "enum value must be one of html,text, got 'pdf'",
    },
    {
      name: "a file that does not parse",
      words: ["--template.glob=bad.tmpl", "--template.text=x"],
      error: 'template: bad.tmpl:1: unexpected "}}" in define clause',
    },
    {
      name: "a text that fails",
      words: ["--template.glob=a.tmpl", "--template.text={{ .Nope }}"],
      error:
        'template: :1:3: executing "" at <.Nope>: can\'t evaluate field Nope in type template.Data',
    },
    {
      name: "data that is no object",
      words: ["--template.glob=a.tmpl", "--template.text=x", "--template.data=list.json"],
      error: 'Cannot read template data: "data" is not an object',
    },
    {
      name: "a data file that is not there",
      words: ["--template.glob=a.tmpl", "--template.text=x", "--template.data=none.json"],
      error: "ENOENT: no such file or directory, open 'none.json'",
    },
  ])("refuses $name", ({ words, error }) => {
    expect(render(...words)).toEqual({ code: 1, out: "", error: `tocsinctl: error: ${error}\n\n` });
  });

  it("refuses data that is no JSON", () => {
    const words = ["--template.glob=a.tmpl", "--template.text=x", "--template.data=broken.json"];
    expect(render(...words).error).toMatch(/^tocsinctl: error: .*JSON/);
  });
});

describe("run()", () => {
  it("shows help for no command and for --help", () => {
    expect(play()).toEqual({ code: 0, out: HELP, error: "" });
    expect(render("--help").out).toContain("--template.glob=PATTERN");
  });

  it.each([
    { words: ["frobnicate"], error: 'expected command but got "frobnicate"' },
    { words: ["template"], error: "must select a subcommand of 'template'" },
  ])("refuses $words", ({ words, error }) => {
    expect(play(...words)).toMatchObject({ code: 1, error: `tocsinctl: error: ${error}\n\n` });
  });
});
