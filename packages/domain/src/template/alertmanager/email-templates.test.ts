import { describe, expect, it } from "vitest";
import { labelSetFromRecord } from "../../model/index.ts";
import { compileTemplates } from "../templates.ts";
import { timeFromRfc3339, ZERO_TIME } from "../time/time.ts";
import { AlertData, TemplateData } from "./data.ts";
import { KV } from "./kv.ts";

const kv = (labels: Record<string, string>) => new KV(labelSetFromRecord(labels));

function alert(status: string, labels: Record<string, string>, summary: string): AlertData {
  return new AlertData({
    status,
    labels: kv(labels),
    annotations: kv({ summary, note: "two\nlines" }),
    startsAt: timeFromRfc3339("2026-02-11T08:15:30+01:00") ?? ZERO_TIME,
    endsAt: timeFromRfc3339("2026-02-11T09:00:00Z") ?? ZERO_TIME,
    generatorUrl: "javascript:alert(1)",
  });
}

function mail(alerts: readonly AlertData[], groupLabels: Record<string, string>): string {
  const data = new TemplateData({
    receiver: "ops",
    status: alerts.some(({ status }) => status === "firing") ? "firing" : "resolved",
    alerts,
    groupLabels: kv(groupLabels),
    commonLabels: kv(groupLabels),
    commonAnnotations: kv({}),
    externalUrl: "https://am.example",
  });
  const text = '{{ template "email.default.html" . }}';
  const rendered = compileTemplates([]).renderHtml(text, data, { nowMs: 0 });
  if (!rendered.ok) throw new Error(rendered.problem.message);
  return rendered.text;
}

describe("email.default.html", () => {
  const firing = alert("firing", { alertname: "Disk", host: "<b>" }, "Disk & more");
  const resolved = alert("resolved", { alertname: "Net" }, "");

  it("shows every alert with its labels, annotations and times", () => {
    const html = mail([firing, resolved], { alertname: "Disk" });
    expect(html).toContain("1 firing, 1 resolved");
    expect(html).toContain("Disk &amp; more");
    expect(html).toContain('<span style="color:#5b6675">host=</span>&lt;b&gt;<br>');
    expect(html).toContain("Since 2026-02-11 07:15:30 UTC");
    expect(html).toContain("until 2026-02-11 09:00:00 UTC");
    // An alert without a summary goes by its name.
    expect(html).toContain("RESOLVED</span> Net");
  });

  it("loads nothing and runs nothing", () => {
    const html = mail([firing], {});
    expect(html).not.toMatch(/<img|<script|<link|url\(|@import|javascript:/);
    expect(html).toContain('href="#ZgotmplZ"');
    expect(html).toContain('href="https://am.example/#/alerts?receiver=ops"');
  });

  it("fits a phone", () => {
    const html = mail([firing], {});
    expect(html).toContain('name="viewport" content="width=device-width, initial-scale=1"');
    expect(html).toContain("max-width:640px");
    expect(html).not.toMatch(/[^-]width:\s*[0-9]{3,}px/);
  });

  it("is green and says so when everything is over", () => {
    expect(mail([resolved], {})).toMatch(/background-color:#1e7a46">1 resolved</);
  });
});
