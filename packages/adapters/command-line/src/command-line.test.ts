import { describe, expect, test } from "vitest";

import {
  bashCompletionScript,
  type Command,
  completions,
  helpText,
  longHelpText,
  manPage,
  missingFlags,
  type ParsedLine,
  parseLine,
  readValues,
  type ReadValues,
  zshCompletionScript,
} from "./index.ts";

const PROGRAM: Command = {
  name: "tool",
  help: "Does things.",
  flags: [
    { name: "help", short: "h", kind: "switch", help: "Shows this." },
    { name: "version", kind: "switch", help: "Shows the version." },
    { name: "output", short: "o", kind: "choice", choices: ["a", "b"], preset: "a", help: "How." },
    { name: "verbose", short: "v", kind: "switch", help: "Says more." },
    { name: "url", kind: "url", help: "Where." },
    { name: "timeout", kind: "duration", preset: "30s", help: "How long." },
  ],
  commands: [
    { name: "help", help: "Shows help." },
    {
      name: "list",
      help: "Things.",
      commands: [
        {
          name: "query",
          isDefault: true,
          help: "Shows things.",
          flags: [{ name: "quiet", short: "q", kind: "switch", help: "Says less." }],
          arguments: [{ name: "matchers", kind: "texts", help: "Which." }],
        },
        {
          name: "add",
          help: "Adds things.",
          flags: [
            { name: "note", kind: "texts", help: "A note." },
            { name: "worker", short: "w", kind: "integer", preset: "8", help: "How many." },
            { name: "secret", kind: "text", help: "Hidden.", isHidden: true },
          ],
          arguments: [{ name: "file", kind: "file", help: "What." }],
        },
      ],
    },
    {
      name: "render",
      help: "Renders.",
      flags: [
        { name: "glob", kind: "texts", isRequired: true, help: "Files." },
        { name: "text", kind: "text", isRequired: true, help: "Text." },
      ],
    },
    { name: "group", help: "Needs a child.", commands: [{ name: "child", help: "One." }] },
  ],
};

const WORD_FILES: Readonly<Record<string, string>> = { words: "# of a file\nlist\n\nadd\n" };

function parse(...argv: string[]): ParsedLine {
  return parseLine(PROGRAM, argv, {
    readFile(path) {
      const text = WORD_FILES[path];
      if (text === undefined) throw new Error("no such file");
      return text;
    },
  });
}

function read(line: ParsedLine, presets: Readonly<Record<string, string>> = {}): ReadValues {
  return readValues(line, {
    presets: new Map(Object.entries(presets)),
    lookAtPath: (path) =>
      path === "in.json" ? "file" : /^\/$|in\/?$/.test(path) ? "folder" : "nothing",
  });
}

function pathOf(line: ParsedLine): string {
  return line.commands.map(({ name }) => name).join(" ");
}

describe("parseLine()", () => {
  test.each([
    { argv: ["list"], path: "list query" },
    { argv: ["list", "add"], path: "list add" },
    { argv: ["list", "nope"], path: "list query" },
    { argv: ["list", "-q"], path: "list query" },
    { argv: ["-v", "list", "add", "-w", "3"], path: "list add" },
    { argv: ["@words"], path: "list add" },
    { argv: [], path: "" },
  ])("finds the command of $argv", ({ argv, path }) => {
    const line = parse(...argv);
    expect(line.problem).toBeUndefined();
    expect(pathOf(line)).toBe(path);
  });

  test("takes a word that names no command for an argument of the default one", () => {
    const { values } = read(parse("list", "nope", "-q", "--", "--not-a-flag"));
    expect(values.texts("matchers")).toEqual(["nope", "--not-a-flag"]);
    expect(values.isOn("quiet")).toBe(true);
  });

  test.each([
    { name: "behind a blank", argv: ["list", "add", "-w", "3"] },
    { name: "behind the letter", argv: ["list", "add", "-w3"] },
    { name: "behind other letters", argv: ["list", "add", "-vw3"] },
    { name: "behind an equals sign", argv: ["list", "add", "--worker=3"] },
  ])("reads the value of a flag $name", ({ argv }) => {
    expect(read(parse(...argv)).values.number("worker")).toBe(3);
  });

  test.each([
    { argv: ["nope"], problem: 'expected command but got "nope"' },
    { argv: ["--nope"], problem: "unknown long flag '--nope'" },
    { argv: ["-x"], problem: "unknown short flag '-x'" },
    { argv: ["--no-output"], problem: "unknown long flag '--no-output'" },
    { argv: ["list", "add", "a", "b"], problem: "unexpected b" },
    { argv: ["--output"], problem: "expected argument for flag '--output'" },
    { argv: ["--output", "-v"], problem: "expected argument for flag '--output'" },
    { argv: ["@none"], problem: 'failed to open arguments file "none": no such file' },
    { argv: ["@"], problem: "expected @ file to expand arguments from" },
  ])("refuses $argv", ({ argv, problem }) => {
    expect(parse(...argv).problem).toBe(problem);
  });
});

describe("readValues()", () => {
  test("has presets, those of the file before those of the flags, and what is given before both", () => {
    const presets = { output: "b", timeout: "2d" };
    const { values } = read(parse("--timeout=1h30m"), presets);
    expect(values.text("output")).toBe("b");
    expect(values.number("timeout")).toBe(5_400_000);
    expect(values.has("url")).toBe(false);
  });

  test("turns a switch off", () => {
    expect(read(parse("--no-verbose"), { verbose: "true" }).values.isOn("verbose")).toBe(false);
  });

  test.each([
    { argv: ["-o", "c"], message: "enum value must be one of a,b, got 'c'" },
    { argv: ["--timeout=1x"], message: 'time: unknown unit "x" in duration "1x"' },
    { argv: ["--timeout=soon"], message: 'time: invalid duration "soon"' },
    { argv: ["--timeout=5"], message: 'time: missing unit in duration "5"' },
    { argv: ["-v", "-v"], message: "flag 'verbose' cannot be repeated" },
    { argv: ["--url=:::"], message: /^invalid URL: .*":::" found$/ },
    {
      argv: ["list", "add", "-w", "x"],
      message: 'strconv.ParseFloat: parsing "x": invalid syntax',
    },
    { argv: ["list", "add", "none"], message: "path 'none' does not exist" },
    { argv: ["list", "add", "in"], message: "'in' is a directory" },
    { argv: ["list", "add", "a/in/"], message: "'in' is a directory" },
    { argv: ["list", "add", "/"], message: "'/' is a directory" },
    { argv: ["group"], message: "must select a subcommand of 'group'" },
  ])("refuses $argv", ({ argv, message }) => {
    const { problem } = read(parse(...argv));
    expect(problem?.isPreset).toBe(false);
    expect(problem?.message).toMatch(message);
  });

  test("sets nothing that stands behind a problem", () => {
    const { values } = read(parse("--timeout=soon", "--url=http://h"));
    expect(values.has("url")).toBe(false);
  });

  test("tells a problem with a preset, but not to one who asks for help", () => {
    const presets = { verbose: "perhaps" };
    expect(read(parse("list"), presets).problem).toMatchObject({
      message: 'strconv.ParseBool: parsing "perhaps": invalid syntax',
      isPreset: true,
    });
    expect(read(parse("--help"), presets).problem).toBeUndefined();
  });

  test("collects a flag that may be repeated", () => {
    const { values } = read(parse("list", "add", "--note=a", "--note", "b", "in.json"));
    expect(values.texts("note")).toEqual(["a", "b"]);
    expect(values.text("file")).toBe("in.json");
  });
});

describe("missingFlags()", () => {
  test("names all that are missing", () => {
    expect(missingFlags(parse("render", "--text=x"))).toBe(
      "required flag(s) '--glob' not provided",
    );
    expect(missingFlags(parse("render"))).toBe("required flag(s) '--glob', '--text' not provided");
    expect(missingFlags(parse("list"))).toBeUndefined();
  });
});

describe("helpText()", () => {
  test("shows how the command is called, its flags and those of the program, its children", () => {
    const line = parseLine(PROGRAM, ["list"], { readFile: () => "", ignoresDefaults: true });
    const text = helpText({ ...line, program: PROGRAM });
    expect(text).toContain("usage: tool list <command> [<args> ...]\n\nThings.\n");
    expect(text).toContain("  -o, --output=a");
    expect(text).toContain("  query* [<flags>] [<matchers>...]\n");
  });

  test("leaves hidden flags out and keeps to 80 columns", () => {
    const text = longHelpText(PROGRAM);
    expect(text).not.toContain("secret");
    expect(text).toContain("usage: tool render --glob=GLOB ... --text=TEXT\n");
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe("manPage()", () => {
  test("has a section for every command", () => {
    const page = manPage(PROGRAM, "1.2");
    expect(page).toMatch(/^\.TH tool 1 "" "1\.2" ""\n/);
    expect(page).toContain('.SS "list add [<flags>] [<file>]"\nAdds things.');
  });
});

describe("completions()", () => {
  test.each([
    { name: "commands", words: [""], found: ["help", "list", "render", "group"] },
    { name: "commands below one", words: ["list", "q"], found: ["query", "add"] },
    { name: "the values of a choice", words: ["--output", ""], found: ["a", "b"] },
    { name: "nothing for an argument", words: ["list", "query", ""], found: [] },
  ])("offers $name", ({ words, found }) => {
    expect(completions(PROGRAM, words)).toEqual(found);
  });

  test("offers the flags of a command, of its default child and of the program", () => {
    expect(completions(PROGRAM, ["list", "--"])).toEqual(
      expect.arrayContaining(["--quiet", "--no-quiet", "--url"]),
    );
    expect(completions(PROGRAM, ["list", "add", "--"])).not.toContain("--secret");
  });

  test("are asked for by scripts that name the program", () => {
    expect(bashCompletionScript("tool")).toContain("complete -o default -F _tool_completion tool");
    expect(zshCompletionScript("tool")).toMatch(/^#compdef tool\n/);
  });
});
