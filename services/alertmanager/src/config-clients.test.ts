/** What receivers send with is looked at when a configuration is loaded. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { systemClock } from "@tocsin/clock-system";
import { RegexCache } from "@tocsin/domain/matcher";
import { TemplateCache } from "@tocsin/domain/template";
import { MetricRegistry, Series, type Logger } from "@tocsin/foundation";
import { describe, expect, it, onTestFinished } from "vitest";
import { ConfigSource } from "./config-source.ts";
import { NamedFiles } from "./named-files.ts";

const HOOK = "url: http://127.0.0.1:1/";
const RECEIVERS = `receivers:
- name: a
  webhook_configs: [{${HOOK}}, {${HOOK}, http_config: {tls_config: {ca_file: ca.pem}}}]
- name: unused
  webhook_configs: [{${HOOK}, http_config: {tls_config: {ca_file: none.pem}}}]
`;
const TEXT = `route: {receiver: a}\n${RECEIVERS}`;

interface World {
  readonly folder: string;
  readonly config: ConfigSource;
  readonly lines: string[];
  readonly write: (name: string, text: string) => void;
  readonly succeeded: () => unknown;
}

function worldOf(text: string): World {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-clients-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (name: string, content: string): void => writeFileSync(join(folder, name), content);
  write("ca.pem", rootCertificates[0] ?? "");
  write("am.yml", text);
  const lines: string[] = [];
  const logger: Logger = {
    enabled: () => true,
    log: (level, message, fields) =>
      void lines.push(`${level}: ${message} ${String(fields?.["faults"] ?? "")}`),
    with: () => logger,
  };
  const metrics = new MetricRegistry();
  const config = new ConfigSource(
    {
      clock: systemClock,
      logger,
      metrics,
      regexes: new RegexCache(),
      templates: new TemplateCache(),
      files: new NamedFiles({ clock: systemClock }),
    },
    {
      path: join(folder, "am.yml"),
      mode: "fallback",
      limits: { nodeCountMax: 5_000, regexStepsMax: 5_000 },
      templateFilesMaxBytes: 0,
      retentionMs: 0,
    },
  );
  const succeeded = (): unknown => {
    const family = metrics.families.get("alertmanager_config_last_reload_successful");
    const [series] = family?.series.values() ?? [];
    return series?.data instanceof Series ? series.data.value : undefined;
  };
  return { folder, config, lines, write, succeeded };
}

describe("ConfigSource with files of TLS", () => {
  it("takes what can be used, whatever receivers name that no route uses", async () => {
    const { config, succeeded } = worldOf(TEXT);
    expect((await config.loadFirst())?.root.receiver).toBe("a");
    expect(succeeded()).toBe(1);
  });

  it("does not start with one that is missing", async () => {
    const { config, folder, lines } = worldOf(TEXT.replace("ca.pem", "none.pem"));
    const path = join(folder, "none.pem");
    const why = `unable to read file ${path}: open ${path}: no such file or directory`;
    const words = `unable to read CA cert: ${why}`;
    const faults = `receiver "a", webhook_configs[1].http_config.tls_config.ca_file: ${words}`;
    await expect(config.loadFirst()).rejects.toMatchObject({
      message: `failed to apply initial configuration: ${words}`,
      details: { faults },
    });
    expect(lines).toEqual([
      `error: one or more config change subscribers failed to apply new config ${faults}`,
    ]);
  });

  it("refuses a reload, and the one before stays; the next one that is right comes into force", async () => {
    const { config, folder, lines, write, succeeded } = worldOf(TEXT);
    await config.loadFirst();
    write("ca.pem", "garbage");
    lines.splice(0);
    const path = join(folder, "ca.pem");
    await expect(config.reload()).rejects.toThrow(`unable to use specified CA cert file ${path}`);
    expect(succeeded()).toBe(0);
    expect(lines).toEqual([
      expect.stringMatching(/^info: Loading configuration file /),
      expect.stringMatching(/^info: Completed loading of configuration file /),
      expect.stringMatching(/^error: one or more .* apply new config receiver "a", .*ca_file: /),
    ]);
    write("ca.pem", rootCertificates[1] ?? "");
    expect((await config.reload())?.root.receiver).toBe("a");
    expect(succeeded()).toBe(1);
  });

  it("tells all faults of the first receiver that has some, those of other kinds too", async () => {
    const tls = "http_config: {tls_config: {ca: xx}}";
    const slack = `slack_configs: [{api_url: "http://a/", channel: a, ${tls}}]`;
    const text = `route: {receiver: a, routes: [{receiver: b}]}
receivers:
- {name: a, webhook_configs: [{${HOOK}, ${tls}}], ${slack}}
- {name: b, webhook_configs: [{${HOOK}, ${tls}}]}
`;
    const words = "unable to use specified CA cert inline";
    const field = `http_config.tls_config.ca: ${words}`;
    await expect(worldOf(text).config.loadFirst()).rejects.toMatchObject({
      message: `failed to apply initial configuration: ${words}\n${words}`,
      details: {
        faults: `receiver "a", webhook_configs[0].${field}; receiver "a", slack_configs[0].${field}`,
      },
    });
  });

  it("looks at the global client only for those that use it", async () => {
    const global = "global: {http_config: {tls_config: {ca_file: none.pem}}}\n";
    const unused = worldOf(`${global}route: {receiver: a}\nreceivers: [{name: a}]\n`);
    expect((await unused.config.loadFirst())?.root.receiver).toBe("a");
    const used = worldOf(`${global}${TEXT}`);
    await expect(used.config.loadFirst()).rejects.toThrow("unable to read CA cert: ");
  });

  it("refuses a pipe at once, since it is read again for each notification", async () => {
    const { config, folder } = worldOf(TEXT.replace("ca.pem", "pipe"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    await expect(config.loadFirst()).rejects.toThrow("it is a pipe, a file is wanted");
  });
});

describe("a configuration that a tenant sends", () => {
  const textWith = (client: string): string =>
    "route: {receiver: a}\n" +
    `receivers: [{name: a, webhook_configs: [{${HOOK}, http_config: {${client}}}]}]\n`;
  const sent = (client: string) =>
    worldOf(TEXT).config.cache.prepareSent({
      text: textWith(client),
      templates: {},
    });

  it("is refused for a certificate that is none", async () => {
    const words = "unable to use specified CA cert inline";
    expect(await sent("tls_config: {ca: xx}")).toMatchObject({
      ok: false,
      error: {
        code: "invalid-argument",
        message: `receiver "a", webhook_configs[0].http_config.tls_config.ca: ${words}`,
        details: { words },
      },
    });
    expect(await sent(`tls_config: {ca: ${JSON.stringify(rootCertificates[0])}}`)).toMatchObject({
      ok: true,
    });
  });

  it("is put in force if it is stored already", () => {
    const text = textWith("tls_config: {ca: xx}");
    expect(worldOf(TEXT).config.cache.get({ text, templates: {} })).toMatchObject({ ok: true });
  });
});
