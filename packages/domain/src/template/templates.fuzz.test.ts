/**
 * Whatever a tenant writes: an answer, in bounded time, and every fault with a place inside the text.
 * `TOCSIN_FUZZ_RUNS` sets how many texts are tried.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleTemplateData } from "./alertmanager/sample-data.ts";
import { ALERTMANAGER_FUNCTIONS } from "./alertmanager/functions.ts";
import { BUILTINS } from "./functions/builtins.ts";
import { compileTemplates, type Rendered } from "./templates.ts";

const NUM_RUNS = Number(process.env["TOCSIN_FUZZ_RUNS"] ?? 600);
const NOW_MS = Date.UTC(2026, 0, 1);
const DATA = sampleTemplateData(NOW_MS);
const TEMPLATES = compileTemplates([]);
const LIMITS = { stepsMax: 20_000, depthMax: 50, outputMaxChars: 20_000 };

const FUNCTIONS = [...BUILTINS.keys(), ...ALERTMANAGER_FUNCTIONS.keys()];
const VALUES = [
  ".",
  "$",
  "$x",
  "nil",
  "true",
  "0",
  "-1",
  "1e400",
  "1.5",
  "1i",
  "'é'",
  "9223372036854775807",
  '""',
  '"abc"',
  '"\\xff\\xe2\\x82"',
  "`[a-z]+(?P<n>x)?`",
  '"%[2]*.[1]*d %v %#v %x %q %T %!"',
  '"2006-01-02T15:04:05.000Z07:00"',
  '"Europe/Berlin"',
  '"<b>javascript:"',
  ".Status",
  ".Alerts",
  ".CommonLabels",
  ".CommonLabels.Names",
  ".Alerts.Firing",
  ".Nope.Deeper",
  "(index .Alerts 0).StartsAt",
  "now.Location",
  "(list 1 nil)",
  '(dict "a" (list))',
  '(stringSlice "a")',
];
const MARKUP = [
  "text ",
  "<a href='",
  '">',
  "<script>var a = `${",
  "<style>p{a:url(",
  "</script>",
  "<!-- ",
  "-->",
  "<b title=",
  "<p style='",
  "<meta content='0;url=",
  "/",
  "\n",
];

const value = fc.constantFrom(...VALUES);
const call = fc
  .tuple(fc.constantFrom(...FUNCTIONS), fc.array(value, { maxLength: 4 }))
  .map((words) => words.flat().join(" "));
const term = fc.oneof(
  { weight: 3, arbitrary: value },
  call.map((text) => `(${text})`),
);
const pipe = fc
  .tuple(fc.oneof(term, call), fc.array(call, { maxLength: 2 }))
  .map((stages) => stages.flat().join(" | "));
const { text } = fc.letrec<{ text: string; node: string }>((tie) => ({
  text: fc.array(tie("node"), { maxLength: 4 }).map((nodes) => nodes.join("")),
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...MARKUP),
    pipe.map((inner) => `{{ ${inner} }}`),
    pipe.map((inner) => `{{- $x := ${inner} -}}`),
    fc
      .tuple(
        fc.constantFrom("if", "with", "range", "range $i, $x :="),
        pipe,
        tie("text"),
        tie("text"),
      )
      .map(
        ([word, inner, body, other]) => `{{ ${word} ${inner} }}${body}{{ else }}${other}{{ end }}`,
      ),
    tie("text").map((body) => `{{ range 2 }}${body}{{ break }}{{ end }}`),
    tie("text").map((body) => `{{ define "t" }}${body}{{ end }}{{ template "t" . }}`),
    fc.constantFrom(
      '{{ template "t" }}',
      '{{ template "__subject" . }}',
      "{{/* c */}}",
      "{{ continue }}",
    ),
  ),
}));
const template = text.map((body) => `{{ $x := 1 }}${body}`);

interface Edit {
  readonly at: number;
  readonly drop: number;
  readonly insert: string;
}
const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(200),
  drop: fc.nat(5),
  insert: fc.constantFrom(
    "",
    "{{",
    "}}",
    '"',
    "`",
    "'",
    "(",
    ")",
    "|",
    ".",
    "$",
    "\\",
    "\n",
    "é",
    "-",
    "end",
    "/*",
  ),
});

function check(source: string, rendered: Rendered): void {
  if (rendered.ok) {
    expect(rendered.text.isWellFormed()).toBe(true);
    expect(rendered.raw.length).toBeLessThanOrEqual(LIMITS.outputMaxChars);
    return;
  }
  const { file, line, message } = rendered.problem;
  expect(message).toMatch(/^(template|html\/template):/);
  // Built-in templates have no file name either, and more lines.
  if (file === "") expect(line).toBeLessThanOrEqual(Math.max(source.split("\n").length, 250));
}

function renderBoth(source: string): void {
  const options = { nowMs: NOW_MS, limits: LIMITS };
  check(source, TEMPLATES.renderText(source, DATA, options));
  check(source, TEMPLATES.renderText(source, null, options));
  check(source, TEMPLATES.renderHtml(source, DATA, options));
}

describe("render() answers", () => {
  it("any template", () => {
    fc.assert(fc.property(template, renderBoth), { numRuns: NUM_RUNS });
  });

  it("any damaged template", () => {
    const damaged = fc
      .tuple(template, fc.array(edit, { minLength: 1, maxLength: 4 }))
      .map(([source, edits]) =>
        edits.reduce((whole, { at, drop, insert }) => {
          const place = at % (whole.length + 1);
          return whole.slice(0, place) + insert + whole.slice(place + drop);
        }, source),
      );
    fc.assert(fc.property(damaged, renderBoth), { numRuns: NUM_RUNS });
  });

  it("any text", () => {
    const any = fc.string({ unit: "binary" }).map((body) => `{{ ${body} }}`);
    fc.assert(fc.property(any, renderBoth), { numRuns: NUM_RUNS });
  });
});

describe("render() reads soon", () => {
  // With a quadratic search each of these takes longer than a test may.
  const SIZE = 200_000;
  it.each([
    { name: "many digits", source: `{{ 0x${"f".repeat(SIZE)} }}`, ok: false },
    {
      name: "many spaces in a script",
      source: `<script>${" ".repeat(SIZE)}x{{ 1 }}</script>`,
      ok: true,
    },
  ])("$name", ({ source, ok }) => {
    expect(TEMPLATES.renderText(source, DATA, { nowMs: NOW_MS }).ok).toBe(ok);
    expect(TEMPLATES.renderHtml(source, DATA, { nowMs: NOW_MS }).ok).toBe(ok);
  });
});

describe("renderHtml() lets no value change the document", () => {
  const PLACES = [
    "<p>%</p>",
    '<a title="%">x</a>',
    "<a title='%'>x</a>",
    "<a title=% b>x</a>",
    '<a href="%">x</a>',
    '<a href="/q?a=%&amp;b">x</a>',
    '<a onclick="f(%)">x</a>',
    "<a onclick='f(\"%\")'>x</a>",
    '<p style="a: %">x</p>',
    "<p style=\"b: url('%')\">x</p>",
    '<script>var a = %, b = "%", c = `%`, d = /%/;</script>',
    "<style>p { a: %; b: '%' }</style>",
    "<title>%</title>",
    "<textarea>%</textarea>",
    '<img srcset="%">',
    '<meta content="0;url=%">',
    "<!-- % -->",
    "<%>",
  ];
  const hostile = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          "<",
          ">",
          '"',
          "'",
          "`",
          "</script>",
          "</style>",
          "</title>",
          "-->",
          "${",
          "javascript:",
          "*/",
          ")",
          ";",
          "\\",
          "\n",
          "&quot;",
          "expression(",
        ),
        fc.string({ maxLength: 3 }),
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join(""));
  /** What separates markup from values; each place has as many as with a harmless value. */
  const marks = (html: string): string => html.replace(/[^<>"']/g, "");

  it.each(PLACES)("in %s", (place) => {
    const source = place.replaceAll("%", "{{ .Receiver }}");
    const render = (receiver: string): string => {
      const data = Object.assign(Object.create(Object.getPrototypeOf(DATA) as object), DATA, {
        receiver,
      }) as typeof DATA;
      const rendered = TEMPLATES.renderHtml(source, data, { nowMs: NOW_MS });
      if (!rendered.ok) throw new Error(rendered.problem.message);
      return rendered.text;
    };
    const isScript = place.startsWith("<script>") || place.includes("onclick");
    const wanted = marks(render("x"));
    fc.assert(
      fc.property(hostile, (receiver) => {
        const html = render(receiver);
        // Quotes of a script's literals are written as needed; tags must not change there either.
        if (isScript) expect(html.split("<").length).toBe(wanted.split("<").length);
        else expect(marks(html)).toBe(wanted);
        expect(html.toLowerCase()).not.toMatch(/(href|url)=?["'(]*\s*javascript:/);
      }),
      { numRuns: Math.min(NUM_RUNS, 300) },
    );
  });
});
