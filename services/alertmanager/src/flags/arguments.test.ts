import { describe, expect, test } from "vitest";
import { parseArguments } from "./arguments.ts";

function parse(argv: readonly string[], file?: string): ReturnType<typeof parseArguments> {
  return parseArguments(argv, (path) => {
    if (file === undefined) throw new Error(`no such file: ${path}`);
    return file;
  });
}

function problemOf(argv: readonly string[], file?: string): string {
  const parsed = parse(argv, file);
  return parsed.kind === "problem" ? parsed.problem : parsed.kind;
}

function textsOf(argv: readonly string[], file?: string): Record<string, readonly string[]> {
  const parsed = parse(argv, file);
  return parsed.kind === "given" ? Object.fromEntries(parsed.texts) : { [parsed.kind]: [] };
}

describe("parseArguments()", () => {
  test("puts the version before what stands behind it, help after what cannot be read", () => {
    expect(problemOf(["-h", "nope"])).toBe("unexpected nope");
    expect(problemOf(["-hx"])).toBe("unknown short flag '-x'");
    expect(problemOf(["--nope", "--version"])).toBe("unknown long flag '--nope'");
    expect(parse(["--version=true"]).kind).toBe("version");
    expect(parse(["--help-long", "nope"]).kind).toBe("help");
    expect(parse(["--help", "--version"]).kind).toBe("version");
  });

  test("reads the words of a file, one a line", () => {
    const file = "# the log\n--log.level\nWARN\r\n\n--cluster.label= a b";
    expect(textsOf(["@words", "--log.silences"], file)).toEqual({
      "log.level": ["WARN"],
      "cluster.label": [" a b"],
      "log.silences": ["true"],
    });
    expect(textsOf(["--config.file", "@words"], "a.yml")).toEqual({ "config.file": ["a.yml"] });
    expect(problemOf(["@words"], "a.yml")).toBe("unexpected a.yml");
    expect(problemOf(["--", "@words"], "")).toBe("unexpected @words");
    expect(problemOf(["@"])).toBe("expected @ file to expand arguments from");
    expect(problemOf(["@words"])).toBe(
      'failed to open arguments file "words": no such file: words',
    );
  });

  test("takes a lone dash for an empty word", () => {
    expect(textsOf(["--config.file", "-"])).toEqual({ "config.file": [""] });
    expect(problemOf(["-"])).toBe("unexpected ");
  });

  test("tells the first of several wrong values on the line", () => {
    expect(problemOf(["--log.level=loud", "--config.file=a", "--config.file=b"])).toBe(
      "unrecognized log level loud",
    );
    expect(problemOf(["--config.file=a", "--config.file=b", "--log.level=loud"])).toBe(
      "flag 'config.file' cannot be repeated",
    );
  });
});
