import { describe, expect, test } from "vitest";

import { yaml11Fault } from "./fault.ts";

describe("yaml11Fault()", () => {
  test.each([
    { text: "a: [\n", words: "yaml: line 1: did not find expected node content" },
    { text: "a: [1, 2\n", words: "yaml: line 1: did not find expected ',' or ']'" },
    { text: "a: {b: c\nd: e\n", words: "yaml: line 1: did not find expected ',' or '}'" },
    {
      text: "route:\n  receiver: a\n receivers: x\n",
      words: "yaml: line 2: did not find expected key",
    },
    { text: "\troute: x\n", words: "yaml: found character that cannot start any token" },
    { text: 'route:\n  receiver: "a\n', words: "yaml: line 3: found unexpected end of stream" },
    {
      text: "route\nreceivers: []\n",
      words: "yaml: line 2: mapping values are not allowed in this context",
    },
    { text: "- a\nb: c\n", words: "yaml: line 1: did not find expected '-' indicator" },
    { text: "a:\n- b\nc\n", words: "yaml: line 4: could not find expected ':'" },
    { text: "a: @x\n", words: "yaml: found character that cannot start any token" },
    { text: "%x\n", words: "yaml: found unknown directive name" },
    { text: "%YAML 1.1\n", words: "yaml: line 1: did not find expected <document start>" },
    { text: "a: *x\n", words: "yaml: unknown anchor 'x' referenced" },
    { text: "a: &\n", words: "yaml: did not find expected alphabetic or numeric character" },
    { text: "a: !<x\n", words: "yaml: did not find the expected '>'" },
    { text: "a: !a!b c\n", words: "yaml: found undefined tag handle" },
    { text: "!!\n", words: "yaml: did not find expected tag URI" },
    { text: "a: |0\n", words: "yaml: found an indentation indicator equal to 0" },
    { text: "a: |+-\n", words: "yaml: did not find expected comment or line break" },
    {
      text: "a: |\n\tb\n",
      words: "yaml: line 2: found a tab character where an indentation space is expected",
    },
    { text: "a: |\n  b\n c\n", words: "yaml: line 2: did not find expected key" },
    { text: 'a: "\\xzz"\n', words: "yaml: did not find expected hexdecimal number" },
    { text: 'a: "\\q"\n', words: "yaml: found unknown escape character" },
    { text: 'a: "\\ud800"\n', words: "yaml: found invalid Unicode character escape code" },
    { text: "a: 'b'c\n", words: "yaml: did not find expected key" },
    { text: 'a: "b" c\n', words: "yaml: did not find expected key" },
    { text: "{a: b: c}\n", words: "yaml: did not find expected ',' or '}'" },
    { text: "]\n", words: "yaml: did not find expected node content" },
    { text: "[a,,b]\n", words: "yaml: did not find expected node content" },
    { text: "...\n", words: "yaml: did not find expected node content" },
    {
      text: "a:\n  - b: c\n    d: e\n   f: g\n",
      words: "yaml: line 3: did not find expected '-' indicator",
    },
    {
      text: "a: b\n\n\n  c: d\n",
      words: "yaml: line 4: mapping values are not allowed in this context",
    },
    { text: "x: y\nc: [a\nd: e\n", words: "yaml: line 2: did not find expected ',' or ']'" },
    { text: 'x: "y\n\nz: "a"\n', words: "yaml: line 2: did not find expected key" },
    {
      text: "a:\n  - b\n\t- c\n",
      words: "yaml: line 3: found a tab character that violates indentation",
    },
    { text: "a: - b\n", words: "yaml: block sequence entries are not allowed in this context" },
    { text: "a: ? b\n", words: "yaml: mapping keys are not allowed in this context" },
    { text: "a: b: c: d\n", words: "yaml: mapping values are not allowed in this context" },
    { text: "x: &a *a\n", words: "yaml: did not find expected key" },
    {
      text: "templates: [*.tmpl]\n",
      words: "yaml: did not find expected alphabetic or numeric character",
    },
    {
      text: "receivers:\n- name: a\n webhook_configs: []\n",
      words: "yaml: line 2: did not find expected key",
    },
    {
      text: 'receivers:\n- name: "a\n- name: b\n',
      words: "yaml: line 4: found unexpected end of stream",
    },
    {
      text: 'route:\n  matchers: ["c"="d"]\n',
      words: "yaml: line 1: did not find expected ',' or ']'",
    },
    { text: "a: 1\nb: [\n\n\n", words: "yaml: line 4: did not find expected node content" },
    { text: ": a\n", words: "yaml: did not find expected key" },
  ])("says of $text: $words", ({ text, words }) => {
    expect(yaml11Fault(text)).toBe(words);
  });

  test.each([
    "",
    "# only a comment",
    "route: {receiver: a, group_by: ['x', \"y\"]}\nreceivers: [{name: a}]\n",
    "%YAML 1.1\n%TAG !e! tag:example.org,2002:\n---\na: !e!f b\n",
    "a: &x [1, {b: c}]\nb: *x\n? c\n: >+2\n    d\n\n  e\nf:\n- g: h\n  i: 'j''k\n\n  l'\n- - m\n",
    'a: "\\x41\\u00e9\\U0001F600\\\n  b"\n',
    "[a: b, c]\n--- another: [\n",
  ])("finds nothing in %j", (text) => {
    expect(yaml11Fault(text)).toBeUndefined();
  });

  test("says nothing of what is too deep", () => {
    expect(yaml11Fault("[".repeat(100_000))).toBeUndefined();
  });

  test("takes a key of 1024 characters, and none longer", () => {
    expect(yaml11Fault(`${"k".repeat(1024)}: v\n`)).toBeUndefined();
    expect(yaml11Fault(`${"k".repeat(1025)}: v\n`)).toBe(
      "yaml: mapping values are not allowed in this context",
    );
  });
});
