import { describe, expect, it } from "vitest";
import { labelSetFromRecord } from "../../model/index.ts";
import { compileTemplates } from "../templates.ts";
import { AlertData, TemplateData } from "./data.ts";
import { renderSafeText, type SafeText, type SafeTextInput } from "./fallback.ts";
import { KV } from "./kv.ts";

const kv = (labels: Record<string, string>) => new KV(labelSetFromRecord(labels));
const alert = (name: string) =>
  new AlertData({
    status: "firing",
    labels: kv({ alertname: name, a: "<1>" }),
    annotations: kv({}),
  });
const dataOf = (alerts: readonly AlertData[]) =>
  new TemplateData({
    receiver: "r",
    status: "firing",
    alerts,
    groupLabels: kv({ alertname: "Disk" }),
    commonLabels: kv({ alertname: "Disk", a: "<1>" }),
    commonAnnotations: kv({}),
  });
const DATA = dataOf([alert("Disk")]);
const SUBJECT = '{{ template "__subject" . }}';

function render(input: Partial<SafeTextInput>, files: string[] = [], data = DATA): SafeText {
  const templates = compileTemplates(files.map((text, at) => ({ name: `${at}.tmpl`, text })));
  const whole = { text: SUBJECT, defaultText: SUBJECT, form: "line", ...input } as const;
  const once = (text: string) =>
    whole.form === "html"
      ? templates.renderHtml(text, data, { nowMs: 0 })
      : templates.renderText(text, data, { nowMs: 0 });
  return renderSafeText(whole, data, { own: once, standard: once });
}

describe("renderSafeText()", () => {
  it("gives the receiver's own text when it renders", () => {
    expect(render({ text: "{{ .Status }}" })).toEqual({
      text: "firing",
      origin: "own",
      problem: undefined,
    });
  });

  it("falls back to the default and says so", () => {
    const { text, origin, problem } = render({ text: "{{ .Nope }}" });
    expect({ text, origin }).toEqual({
      text: "[FIRING:1] Disk (<1>) (template failed)",
      origin: "default",
    });
    expect(problem?.at).toBe(".Nope");
  });

  it("names the error in a body", () => {
    const { text } = render({ text: "{{ .Nope }}", defaultText: "all is bad", form: "body" });
    expect(text).toMatch(/^The template of this notification failed: .*<\.Nope>.*\n\nall is bad$/);
  });

  it("puts the error into an HTML body, escaped", () => {
    const defaultText = "<html><body>x</body></html>";
    const { text } = render({ text: "<p>{{ .Nope }}</p>", defaultText, form: "html" });
    expect(text).toMatch(/^<html><body><p>The template .*&lt;\.Nope&gt;.*<\/p>x<\/body><\/html>$/);
  });

  const broken = ['{{ define "__subject" }}{{ .Nope }}{{ end }}'];

  it("falls back to the labels when a file broke the defaults too", () => {
    expect(render({}, broken)).toMatchObject({
      text: "[FIRING] alertname=Disk (template failed)",
      origin: "plain",
    });
  });

  it("lists the alerts in a plain body, and not without end", () => {
    const data = dataOf(Array.from({ length: 60 }, (_, at) => alert(`A${at}`)));
    const { text } = render({ form: "body" }, broken, data);
    expect(text).toContain("\nfiring: alertname=A0, a=<1>\n");
    expect(text.endsWith("\nand 10 more")).toBe(true);
    expect(text).not.toContain("A50");
  });

  it("escapes a plain body in HTML", () => {
    const { text, origin } = render({ form: "html" }, broken);
    expect(origin).toBe("plain");
    expect(text).toContain(
      "<pre>[FIRING] alertname=Disk\nfiring: alertname=Disk, a=&lt;1&gt;</pre>",
    );
  });

  it("counts a text over budget as failed", () => {
    expect(render({ text: "{{ range 1000000000 }}{{ end }}" })).toMatchObject({
      origin: "default",
      problem: { limit: "stepsMax" },
    });
  });
});
