import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@tocsin/clock-system";
import { RegexCache } from "@tocsin/domain/matcher";
import { TemplateCache } from "@tocsin/domain/template";
import { type Logger, MetricRegistry, silentLogger } from "@tocsin/foundation";
import { describe, expect, it, onTestFinished } from "vitest";
import { ConfigSource } from "./config-source.ts";
import { NamedFiles } from "./named-files.ts";

const LIMITS = { nodeCountMax: 5_000, regexStepsMax: 5_000 };
const HEAD = "receivers: [{name: a}]\nroute:\n  receiver: a\n";

function made(path?: string, logger: Logger = silentLogger): ConfigSource {
  return new ConfigSource(
    {
      clock: systemClock,
      logger,
      metrics: new MetricRegistry(),
      regexes: new RegexCache(),
      templates: new TemplateCache(),
      files: new NamedFiles({ clock: systemClock }),
    },
    {
      path,
      mode: "fallback",
      limits: LIMITS,
      templateFilesMaxBytes: 1_000,
      retentionMs: 0,
    },
  );
}

/** Above what is read at once, so that another thread reads it. */
const PADDING = `# ${"x".repeat(20_000)}\n`;
const sizes = [
  { size: "small", padding: "" },
  { size: "large", padding: PADDING },
];

describe.each(sizes)("a $size configuration that a tenant sends", ({ padding }) => {
  const prepare = async (text: string): Promise<string> => {
    const result = await made().cache.prepare({ text: text + padding, templates: {} });
    return result.ok ? result.settings.root.receiver : result.error.message;
  };

  it("is put in force as it is written", async () => {
    expect(await prepare(HEAD)).toBe("a");
  });

  it("is refused with the places of what is wrong with it", async () => {
    expect(await prepare(`${HEAD}  recever: b\n`)).toMatch(/^line 4, column 3: .*"recever"/);
    const templates = "templates: [a.tmpl, ../b]\n";
    expect(await prepare(templates + HEAD)).toMatch(/^line 1, column 21: invalid template name "/);
    expect(await prepare(`${HEAD}  routes: [{matchers: ['a=~"("']}]\n`)).toMatch(/line 4.*regex/);
  });

  it("is refused in upstream's words beside the places", async () => {
    const text = HEAD.replace("receiver: a", "receiver: b") + padding;
    const result = await made().cache.prepare({ text, templates: {} });
    expect(result.ok ? {} : result.error.details).toEqual({
      words: 'undefined receiver "b" used in route',
    });
  });

  it("is refused for what reaches out to the host", async () => {
    const file = "{name: b, webhook_configs: [{url_file: /etc/passwd}]}";
    expect(await prepare(HEAD.replace("{name: a}", `{name: a}, ${file}`))).toMatch(
      /^line \d+, column \d+: Cannot use "url_file": .*may not name files/,
    );
  });

  it("is refused for too many nodes, and for regular expressions that are too much together", async () => {
    const routes = (count: number, route: string): string =>
      `${HEAD}  routes: [${Array.from({ length: count }, () => route).join(",")}]\n`;
    expect(await prepare(routes(6_000, "{}"))).toMatch(/it has 60\d\d nodes, 5000 are allowed$/);
    const regex = `{matchers: ['a=~"[a-c]{200}x"']}`;
    expect(await prepare(routes(10, regex))).toBe("a");
    expect(await prepare(routes(30, regex))).toMatch(/steps, 5000 are allowed/);
  });
});

describe.each(sizes)("a $size file of the operator", ({ padding }) => {
  const withFile = async (use: (config: ConfigSource, path: string) => Promise<void>) => {
    const folder = mkdtempSync(join(tmpdir(), "tocsin-config-"));
    try {
      const path = join(folder, "am.yml");
      writeFileSync(path, HEAD + padding);
      await use(made(path), path);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it("is loaded with what it alone may name", async () => {
    await withFile(async (config, path) => {
      const recorder = "event_recorder: {file_outputs: [{path: events.jsonl}]}\n";
      writeFileSync(path, `${HEAD}  labels: {a: b}\n${recorder}${padding}`);
      const settings = await config.loadFirst();
      expect(settings?.root).toMatchObject({ receiver: "a", labels: { a: "b" } });
      expect(config.eventRecorder).toMatchObject({ fileOutputs: [expect.anything()] });
      expect(settings && (await config.shown(settings))).toContain("receiver: a");
    });
  });

  it("is refused at a reload in upstream's words, and the one before stays", async () => {
    await withFile(async (config, path) => {
      await config.loadFirst();
      const before = config.eventRecorder;
      writeFileSync(path, `${HEAD}  recever: b\n${padding}`);
      await expect(config.reload()).rejects.toMatchObject({
        code: "invalid-argument",
        message: expect.stringContaining("field recever not found") as string,
        details: { faults: expect.stringMatching(/^line 4, column 3: .*"recever"/) as string },
      });
      expect(config.eventRecorder).toBe(before);
    });
  });
});

describe("ConfigSource.reload()", () => {
  it("refuses bytes that are no text with their place, and the one before stays", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tocsin-config-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "am.yml");
    writeFileSync(path, Buffer.from(`${HEAD}# \xff\n`, "latin1"));
    const refused = {
      message: "error loading configuration file: yaml: invalid leading UTF-8 octet",
      details: { faults: expect.stringMatching(/^line 4, column 3: .*0xff at byte /) as string },
    };
    await expect(made(path).loadFirst()).rejects.toMatchObject(refused);
    writeFileSync(path, HEAD);
    const config = made(path);
    const before = await config.loadFirst();
    writeFileSync(path, Buffer.from(`${HEAD}# \xff\n`, "latin1"));
    await expect(config.reload()).rejects.toThrow("yaml: invalid leading UTF-8 octet");
    writeFileSync(path, Buffer.from(`\ufeff${HEAD}`, "utf16le"));
    expect((await config.reload())?.root.receiver).toBe(before?.root.receiver);
  });

  it("tells of a broken template what upstream tells: the file loads, who uses it does not", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tocsin-config-"));
    try {
      const path = join(folder, "am.yml");
      writeFileSync(path, HEAD);
      const lines: string[] = [];
      const logger: Logger = {
        enabled: () => true,
        log: (level, message) => void lines.push(`${level}: ${message}`),
        with: () => logger,
      };
      const config = made(path, logger);
      await config.loadFirst();
      lines.splice(0);
      writeFileSync(join(folder, "a.tmpl"), "{{ define");
      writeFileSync(path, `${HEAD}templates: ["*.tmpl"]\n`);
      await expect(config.reload()).rejects.toThrow("failed to parse templates: ");
      expect(lines).toEqual([
        "info: Loading configuration file",
        "info: Completed loading of configuration file",
        "error: one or more config change subscribers failed to apply new config",
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("ConfigSource.shown()", () => {
  it.each(sizes)("hides the secrets of a $size configuration", async ({ padding }) => {
    const config = made();
    const hook = "{name: a, webhook_configs: [{url: http://secret.example/}]}";
    const text = HEAD.replace("{name: a}", hook) + padding;
    const result = config.cache.get({ text, templates: {} });
    if (!result.ok) throw result.error;
    const shown = await config.shown(result.settings);
    expect(shown).toContain("url: <secret>");
    expect(shown).not.toContain("secret.example");
  });

  it("reads configurations one after another, and each of them", async () => {
    const config = made();
    const texts = ["one", "two", "three"].map((name) => HEAD.replaceAll(": a", `: ${name}`));
    const results = await Promise.all(
      texts.map((text) => config.cache.prepare({ text: text + PADDING, templates: {} })),
    );
    expect(results.map((result) => result.ok && result.settings.root.receiver)).toEqual([
      "one",
      "two",
      "three",
    ]);
  });
});
