import { describe, expect, it } from "vitest";
import { DISCORD_TEXTS, type DiscordSettings } from "@tocsin/domain/config";
import { Renderer } from "@tocsin/domain/notify";
import { compileTemplates, DEFAULT_LIMITS, KV, TemplateData } from "@tocsin/domain/template";
import { discordPayload } from "./payload.ts";

const SETTINGS: DiscordSettings = {
  sendResolved: true,
  httpConfig: undefined,
  webhookUrl: "http://discord",
  webhookUrlFile: "",
  ...DISCORD_TEXTS,
  username: "",
  avatarUrl: "",
};

function payload(settings: Partial<DiscordSettings>, status = "firing"): unknown {
  const groupLabels = new KV({ names: ["alertname"], values: ["Disk"] });
  const data = new TemplateData({ status, groupLabels, alerts: [] });
  const renderer = new Renderer(compileTemplates([]), data, { nowMs: 0, limits: DEFAULT_LIMITS });
  const text = discordPayload({ ...SETTINGS, ...settings }, renderer);
  expect(text.endsWith("}\n")).toBe(true);
  return JSON.parse(text);
}

describe("discordPayload()", () => {
  it("renders the texts, and neither name nor picture", () => {
    const settings = {
      content: "{{ .Status }} @here",
      title: "T",
      message: "M",
      username: "{{ .Status }}",
      avatarUrl: "http://a/{{ .Status }}.png",
    };
    expect(payload(settings)).toEqual({
      content: "firing @here",
      embeds: [{ title: "T", description: "M", color: 0x992d22 }],
      username: "{{ .Status }}",
      avatar_url: "http://a/{{ .Status }}.png",
    });
  });

  it("is green when all is over, and leaves out a picture that is no address", () => {
    expect(payload({ title: "T", message: "M", avatarUrl: "http://a/%zz" }, "resolved")).toEqual({
      content: "",
      embeds: [{ title: "T", description: "M", color: 0x2ecc71 }],
    });
  });

  it("cuts each text to what Discord takes", () => {
    const long = { content: "c".repeat(2_001), title: "t".repeat(257), message: "m".repeat(4_097) };
    expect(payload(long)).toEqual({
      content: `${"c".repeat(1_999)}…`,
      embeds: [
        { title: `${"t".repeat(255)}…`, description: `${"m".repeat(4_095)}…`, color: 0x992d22 },
      ],
    });
  });

  it("tells in its default words what cannot be rendered", () => {
    const broken = { content: "{{ .Nope }}", title: "{{ .Nope }}", message: "{{ .Nope }}" };
    const description = expect.stringMatching(/^The template .* field Nope .*\n\n/) as unknown;
    expect(payload(broken)).toMatchObject({
      content: "(template failed)",
      embeds: [{ title: "[FIRING:0] Disk  (template failed)", description }],
    });
  });
});
