import { describe, expect, it } from "vitest";
import { labelSetFromRecord } from "../model/index.ts";
import { compileTemplates, DEFAULT_LIMITS, KV, TemplateData } from "../template/index.ts";
import { FieldError, Renderer, type TextField } from "./renderer.ts";

const DATA = new TemplateData({
  status: "firing",
  groupLabels: new KV(labelSetFromRecord({ alertname: "Disk", team: "ops" })),
});
const HEAVY = "{{ range 900 }}{{ end }}";

function rendererOf(limits = DEFAULT_LIMITS, file = ""): Renderer {
  const templates = compileTemplates([{ name: "own.tmpl", text: file }]);
  return new Renderer(templates, DATA, { nowMs: 0, limits });
}

const field = (text: string, defaultText = "default"): TextField => {
  return { name: "title", text, defaultText, form: "line" };
};

describe("Renderer.renderText()", () => {
  it("renders the receiver's own text", () => {
    const renderer = rendererOf();
    expect(renderer.renderText(field("{{ .GroupLabels.team }}"))).toBe("ops");
    expect(renderer.failedTexts).toEqual([]);
  });

  it("tells in the default's words what fails, and remembers the field", () => {
    const renderer = rendererOf();
    expect(renderer.renderText(field("{{ .Nope }}"))).toBe("default (template failed)");
    expect(renderer.renderText(field("{{ .No", "{{ .No"))).toBe(
      "[FIRING] alertname=Disk, team=ops (template failed)",
    );
    const failed = renderer.failedTexts.map(({ field: name, origin }) => [name, origin]);
    expect(failed).toEqual([
      ["title", "default"],
      ["title", "plain"],
    ]);
    expect(renderer.failedTexts[0]?.problem.message).toContain("can't evaluate field Nope");
  });

  it("escapes what is HTML", () => {
    const html: TextField = { ...field('<a title="{{ "\\"<" }}">'), form: "html" };
    expect(rendererOf().renderText(html)).toBe('<a title="&#34;&lt;">');
  });

  it("renders the default though the own texts have used up their steps", () => {
    const renderer = rendererOf({ ...DEFAULT_LIMITS, stepsMax: 500 });
    const texts = Array.from({ length: 10 }, () => renderer.renderText(field(HEAVY)));
    expect(new Set(texts)).toEqual(new Set(["default (template failed)"]));
    expect(renderer.renderText(field("cheap"))).toBe("default (template failed)");
    const { message = "" } = renderer.failedTexts.at(-1)?.problem ?? {};
    expect(message).toBe(
      'template: exceeded maximum steps of a notification (2000), see the limit "max-template-steps"',
    );
  });

  it("tells the labels when the defaults use up their steps too", () => {
    const renderer = rendererOf({ ...DEFAULT_LIMITS, stepsMax: 500 });
    expect(renderer.renderText(field(HEAVY, HEAVY.repeat(2)))).toBe(
      "[FIRING] alertname=Disk, team=ops (template failed)",
    );
  });
});

describe("Renderer.renderStrict()", () => {
  it("renders, and throws what upstream says with the place", () => {
    const renderer = rendererOf();
    expect(renderer.renderStrict({ name: "webhook URL", text: "http://x/{{ .Status }}" })).toBe(
      "http://x/firing",
    );
    const fail = (): string => renderer.renderStrict({ name: "webhook URL", text: "{{ .Nope }}" });
    expect(fail).toThrow(FieldError);
    expect(fail).toThrow(
      'failed to template webhook URL: template: :1:3: executing "" at <.Nope>: ' +
        "can't evaluate field Nope in type *template.Data",
    );
  });

  it("names the limit that was reached", () => {
    const renderer = rendererOf({ ...DEFAULT_LIMITS, stepsMax: 10 });
    const fail = (): string => renderer.renderStrict({ name: "webhook URL", text: HEAVY });
    expect(fail).toThrow('exceeded maximum steps (10), see the limit "max-template-steps"');
  });
});

describe("messages of failures", () => {
  it("are short whatever they quote", () => {
    const long = '{{ mustToDate "2006" (printf "%100000s" "x") }}';
    const renderer = rendererOf();
    expect(() => renderer.renderStrict({ name: "key", text: long })).toThrow(/^.{100,2100}$/s);
    renderer.renderText(field(long));
    expect(renderer.failedTexts[0]?.problem.message.length).toBeLessThan(2_100);
  });
});

describe("Renderer.renderPayload()", () => {
  const name = "custom payload";

  it("renders a tree, with the definitions of the files", () => {
    const renderer = rendererOf(
      DEFAULT_LIMITS,
      '{{ define "who" }}{{ .GroupLabels.team }}{{ end }}',
    );
    const value = new Map([["to", '{{ template "who" . }}']]);
    expect(renderer.renderPayload({ name, value })).toEqual(new Map([["to", "ops"]]));
  });

  it("throws when one of its texts fails", () => {
    const fail = () => rendererOf().renderPayload({ name, value: ["{{ .Nope }}"] });
    expect(fail).toThrow("failed to render custom payload: template: :1:3:");
  });

  it("throws when many texts together cost too much", () => {
    const renderer = rendererOf({ ...DEFAULT_LIMITS, stepsMax: 1000 });
    const value = Array.from({ length: 12 }, () => "{{ range 400 }}{{ end }}");
    expect(() => renderer.renderPayload({ name, value })).toThrow(
      "exceeded maximum steps of a notification (4000)",
    );
  });

  it("throws when what was rendered multiplies itself", () => {
    const laughs = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let at = 1; at < 12; at += 1) {
      laughs.push(
        `a${at}: &a${at} [${Array(10)
          .fill(`*a${at - 1}`)
          .join(", ")}]`,
      );
    }
    expect(() => rendererOf().renderPayload({ name, value: laughs.join("\n") })).toThrow(
      "failed to render custom payload: template: cannot read what was rendered: " +
        "exceeded maximum steps (1000000)",
    );
  });
});
