import { describe, expect, it } from "vitest";
import type { LogLevel } from "@tocsin/foundation";
import { createLogger, type LoggerOptions } from "./logger.ts";

const AT_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 6);

function setUp(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const deps = { clock: { wallMs: () => AT_MS }, write: (line: string) => void lines.push(line) };
  return { lines, logger: createLogger(deps, { level: "info", format: "logfmt", ...options }) };
}

describe("createLogger() logfmt", () => {
  it("prints time, level, message and fields as upstream does", () => {
    const { lines, logger } = setUp();
    logger.log("info", "Listening on", { address: "[::]:9093", http2: false, count: 2 });
    expect(lines).toEqual([
      'time=2026-01-02T03:04:05.006Z level=INFO msg="Listening on" address=[::]:9093 http2=false count=2\n',
    ]);
  });

  it.each([
    ["a plain word", "plain", "plain"],
    ["nothing", "", '""'],
    ["a blank", "a b", '"a b"'],
    ["an equals sign", "a=b", '"a=b"'],
    ["a double quote", 'a"b', '"a\\"b"'],
    ["a backslash alone", "C:\\dir", "C:\\dir"],
    ["a backslash beside a blank", "C:\\a b", '"C:\\\\a b"'],
    ["a line end", "a\nb", '"a\\nb"'],
    ["a control character", "a\u0001b", '"a\\x01b"'],
    ["letters beyond ASCII", "größe☃", "größe☃"],
    ["a blank beyond ASCII", "a\u00a0b", '"a\\u00a0b"'],
    ["a code point that cannot be printed", "\u{e0001}", '"\\U000e0001"'],
    ["a lone surrogate", "a\ud800", '"a\ufffd"'],
  ])("prints %s as Go's slog", (_name, value, printed) => {
    const { lines, logger } = setUp();
    logger.log("info", "m", { value });
    expect(lines[0]).toBe(`time=2026-01-02T03:04:05.006Z level=INFO msg=m value=${printed}\n`);
  });

  it("quotes the name of a field when it needs it", () => {
    const { lines, logger } = setUp();
    logger.log("info", "m", { "a b": 1 });
    expect(lines[0]).toContain(' msg=m "a b"=1\n');
  });
});

describe("createLogger() json", () => {
  it("prints one object a line", () => {
    const { lines, logger } = setUp({ format: "json" });
    logger.log("warn", 'say "hi"', { err: "a\nb", count: 1, ok: true, ratio: Number.NaN });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith("\n")).toBe(true);
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      time: "2026-01-02T03:04:05.006Z",
      level: "WARN",
      msg: 'say "hi"',
      err: "a\nb",
      count: 1,
      ok: true,
      ratio: "NaN",
    });
  });
});

describe("createLogger()", () => {
  it("leaves out fields that are undefined", () => {
    const { lines, logger } = setUp();
    logger.log("info", "m", { gone: undefined, kept: 1 });
    expect(lines[0]).toContain("msg=m kept=1\n");
  });

  it("with() adds its fields before those of the line, and the line's own win", () => {
    const { lines, logger } = setUp();
    logger.with({ component: "api", tenant: "a" }).with({ tenant: "b" }).log("info", "m", { n: 1 });
    expect(lines[0]).toContain("msg=m component=api tenant=b n=1\n");
  });

  const levels: readonly LogLevel[] = ["debug", "info", "warn", "error"];
  it.each(levels)("at level %s it prints that level and the worse ones", (level) => {
    const { lines, logger } = setUp({ level });
    for (const each of levels) logger.log(each, each);
    const wanted = levels.slice(levels.indexOf(level));
    expect(lines.map((line) => / msg=(\w+)/.exec(line)?.[1])).toEqual(wanted);
    expect(levels.filter((each) => logger.enabled(each))).toEqual(wanted);
  });

  it("reads no field of a line below the level", () => {
    const { logger } = setUp();
    const fields = {
      get costly(): string {
        throw new Error("was read");
      },
    };
    expect(() => logger.log("debug", "m", fields)).not.toThrow();
  });

  it("hides values of fields that are called like a secret, and user names in URLs", () => {
    const { lines, logger } = setUp();
    logger.log("info", "m", {
      password: "p1",
      api_key: "p2",
      bot_token: "p3",
      url: "redis://user:p4@host:6379/0",
      err: 'Post "https://u:p5@h.example/x": refused',
      groupKey: "{}:{a=b}",
    });
    expect(lines[0]).not.toMatch(/p[1-5]/);
    expect(lines[0]).toContain("url=redis://<secret>@host:6379/0");
    expect(lines[0]).toContain('groupKey="{}:{a=b}"');
  });

  it("writes a line before log() returns, so that a last word is not lost", () => {
    const { lines, logger } = setUp();
    for (let at = 0; at < 100; at += 1) logger.log("info", `line ${at}`);
    expect(lines).toHaveLength(100);
  });
});
