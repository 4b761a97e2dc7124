import { describe, expect, it } from "vitest";
import { selectTemplateFiles } from "./select-files.ts";

const FILES = { "b.tmpl": "B", "a.tmpl": "A", "c.txt": "C", "10.tmpl": "X" };

function select(...patterns: string[]): string {
  const selection = selectTemplateFiles(patterns, FILES);
  return selection.ok ? selection.sources.map(({ text }) => text).join("") : selection.problem;
}

describe("selectTemplateFiles()", () => {
  it("takes what is named, in the order of the patterns, sorted within one", () => {
    expect(select("c.txt", "*.tmpl")).toBe("CXAB");
    expect(select("b.tmpl", "a.tmpl")).toBe("BA");
  });

  it("names a source by its file, and leaves out what nothing names", () => {
    expect(selectTemplateFiles(["a.*"], FILES)).toEqual({
      ok: true,
      sources: [{ name: "a.tmpl", text: "A" }],
    });
    expect(select()).toBe("");
    expect(select("none.tmpl")).toBe("");
  });

  it.for(["../a.tmpl", "/etc/passwd", "x/*.tmpl", ""])("refuses the path %j", (pattern) => {
    expect(select("a.tmpl", pattern)).toBe(
      `invalid template name ${JSON.stringify(pattern)}: the template name cannot contain any path`,
    );
  });

  it("refuses a pattern that is not well-formed", () => {
    expect(select("[a")).toBe('invalid template name "[a": syntax error in pattern');
  });

  it("takes no names that every object has", () => {
    expect(select("constructor")).toBe("");
  });
});
