import { describe, expect, it } from "vitest";
import { readMediaType } from "./media-type.ts";

describe("readMediaType()", () => {
  it.each([
    "application/json",
    " Application/JSON ",
    "application/json;",
    'application/json; charset="a\\"b"; q=1 ;',
  ])("reads %j", (text) => {
    expect(readMediaType(text)).toEqual({ ok: true, type: "application/json" });
  });

  it.each([
    ["", "mime: no media type"],
    ["/json", "mime: no media type"],
    ["é/x", "mime: no media type"],
    ["junk", 'mediatype: malformed: "junk" has no subtype'],
    ["application /json", "mime: expected slash after first token"],
    ["a/", "mime: expected token after slash"],
    ["application/json, text/plain", "mime: unexpected content after media subtype"],
    ["application/json/x", "mime: unexpected content after media subtype"],
    ["application/json; x", "mime: invalid media parameter"],
    ["application/json;;", "mime: invalid media parameter"],
    ['application/json; charset="', "mime: invalid media parameter"],
    ["text/plain; a=b; A=c", "mime: duplicate parameter name"],
  ])("refuses %j in Go's words", (text, reason) => {
    expect(readMediaType(text)).toEqual({ ok: false, reason });
  });
});
