import { describe, expect, it } from "vitest";
import { upstreamWords } from "./upstream-words.ts";

const NAME = 'a\u0001\u00a0" is not allowed; b';

describe("upstreamWords()", () => {
  it.each([
    [
      `Cannot take alert: label name ${JSON.stringify(NAME)} is not allowed; wanted letters`,
      'invalid label set: invalid name "a\\x01\\u00a0\\" is not allowed; b"',
    ],
    [
      `Cannot take silence: matcher set 0, matcher 2: label name ${JSON.stringify("\0")} is not valid`,
      'invalid silence: invalid label matcher 2 in set 0: invalid label name "\\x00"',
    ],
    [
      'Cannot take silence: matcher set 1, matcher 0: Cannot compile regex "\\u001f(\\": error parsing ' +
        'regexp: a": error parsing regexp: missing closing ): `\u001f(`; wanted RE2',
      "invalid silence: invalid label matcher 0 in set 1: invalid regular expression " +
        '"\\x1f(\\": error parsing regexp: a": error parsing regexp: missing closing ): `\u001f(`',
    ],
  ])("quotes as Go does: %s", (message, words) => {
    expect(upstreamWords(message)).toBe(words);
  });

  it("leaves what it does not know", () => {
    expect(upstreamWords('Cannot "do" this')).toBe('Cannot "do" this');
  });
});
