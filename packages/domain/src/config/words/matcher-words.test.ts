import { parseMatcher } from "../../matcher/index.ts";
import { assert, describe, expect, test } from "vitest";

import { matcherRefusal, utf8Refusal } from "./matcher-words.ts";

describe("utf8Refusal()", () => {
  test.each([
    { input: "a=", words: "end of input: expected label value" },
    { input: "a=b c", words: "4:5: unexpected c: expected a comma or close brace" },
    { input: "a=b\\", words: "3:4: \\: invalid input: expected a comma or close brace" },
    { input: "a=b,c=d", words: "expected 1 matcher, found 2" },
    { input: "a='b'", words: "2:3: ': invalid input: expected label value" },
    { input: "a=b}c", words: "0:4: }: expected opening brace" },
    { input: "a={b", words: "2:3: unexpected {: expected label value" },
    { input: "a=!b", words: "2:3: !: expected one of '=~': expected label value" },
    { input: 'a="b\\x"', words: '2:7: "b\\x": invalid input' },
    { input: "a=b,,c", words: "4:5: unexpected ,: expected a matcher or close brace after comma" },
    { input: "a=b!c", words: "3:4: !: expected one of '=~': expected a comma or close brace" },
    { input: "a=é d", words: "4:5: unexpected d: expected a comma or close brace" },
  ])("says of $input what upstream logs", ({ input, words }) => {
    const parsed = parseMatcher(input, "fallback");
    assert(parsed.ok && parsed.warning?.kind === "incompatible", JSON.stringify(parsed));
    expect(utf8Refusal(input, parsed.warning.utf8Error)).toBe(words);
  });
});

describe("matcherRefusal()", () => {
  test.each([
    { input: "oops", words: "bad matcher format: oops" },
    { input: ",a=b", words: "bad matcher format: ,a=b" },
    { input: 'a=b"', words: 'matcher value contains unescaped double quote: b"' },
    { input: "a=b}", words: "unexpected open or close brace: a=b}" },
    { input: "a=~(", words: "error parsing regexp: missing closing ): `^(?:()$`" },
  ])("says of $input what upstream says", ({ input, words }) => {
    const parsed = parseMatcher(input, "fallback");
    assert(!parsed.ok);
    expect(matcherRefusal(input, parsed.error, "fallback")).toBe(words);
  });

  const operator = "expected an operator such as '=', '!=', '=~' or '!~'";
  test.each([
    { input: "a b", words: `2:3: unexpected b: ${operator}` },
    { input: "'a'=b", words: "0:1: ': invalid input" },
    { input: " ", words: "no matchers" },
    { input: "a!", words: `1:2: unexpected end of input, expected one of '=~': ${operator}` },
  ])("tells the new parser's reason for $input in strict mode", ({ input, words }) => {
    const parsed = parseMatcher(input, "utf8");
    assert(!parsed.ok);
    expect(matcherRefusal(input, parsed.error, "utf8")).toBe(words);
  });
});
