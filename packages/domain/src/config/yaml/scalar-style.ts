/**
 * What a text allows when it is written as YAML: the analysis of libyaml's emitter, which upstream's
 * library carries (gopkg.in/yaml.v2 2.4.0, emitterc.go).
 */
import { resolvePlain } from "./scalar.ts";

export type Style = "plain" | "single" | "double" | "literal";

export interface ScalarTraits {
  readonly isMultiline: boolean;
  readonly flowPlainAllowed: boolean;
  readonly blockPlainAllowed: boolean;
  readonly singleQuotedAllowed: boolean;
  readonly literalAllowed: boolean;
}

const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const EMPTY: ScalarTraits = {
  isMultiline: false,
  flowPlainAllowed: false,
  blockPlainAllowed: true,
  singleQuotedAllowed: true,
  literalAllowed: false,
};

const SIMPLE_FORM = /^[A-Za-z0-9_/$(][A-Za-z0-9_/.$()-]*(?: [A-Za-z0-9_/.$()-]+)*$/;
/** Most keys and many values: nothing in them needs a closer look. */
const SIMPLE: ScalarTraits = {
  isMultiline: false,
  flowPlainAllowed: true,
  blockPlainAllowed: true,
  singleQuotedAllowed: true,
  literalAllowed: true,
};

const SPACE_THEN_BREAK = / [\n\r\u0085\u2028\u2029]/;
const BREAK_THEN_SPACE = /[\n\r\u0085\u2028\u2029] /;
const BREAK = /[\n\r\u0085\u2028\u2029]/;
/** What libyaml's emitter escapes: it writes nothing above the basic plane, and no tab, as it is. */
const UNPRINTABLE = /[^\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;
const LEADING_INDICATOR = /^[#,[\]{}&*!|>'"%@`]|^(?:---|\.\.\.)/;
const LEADING_BLOCK_INDICATOR = /^[-?:](?:[ \t\n\r\u0085\u2028\u2029]|$)/;
const INNER_BLOCK_INDICATOR = /.:(?:[ \t\n\r\u0085\u2028\u2029]|$)|[ \t\n\r\u0085\u2028\u2029]#/s;
const FLOW_INDICATOR = /^[?:]|.[,?[\]{}:]/s;

export function analyzeScalar(text: string): ScalarTraits {
  if (text === "") return EMPTY;
  if (SIMPLE_FORM.test(text)) return SIMPLE;
  const isMultiline = BREAK.test(text);
  const blockIndicators =
    LEADING_INDICATOR.test(text) ||
    LEADING_BLOCK_INDICATOR.test(text) ||
    INNER_BLOCK_INDICATOR.test(text);
  const flowIndicators = blockIndicators || FLOW_INDICATOR.test(text);
  const isSpecial = UNPRINTABLE.test(text) || SPACE_THEN_BREAK.test(text);
  const breakThenSpace = BREAK_THEN_SPACE.test(text);
  const edge = isSpaceOrBreak(text.charAt(0)) || isSpaceOrBreak(text.charAt(text.length - 1));
  const plain = !edge && !breakThenSpace && !isSpecial && !isMultiline;
  return {
    isMultiline,
    flowPlainAllowed: plain && !flowIndicators,
    blockPlainAllowed: plain && !blockIndicators,
    singleQuotedAllowed: !breakThenSpace && !isSpecial,
    literalAllowed: !text.endsWith(" ") && !isSpecial,
  };
}

export function isBreak(char: string): boolean {
  return BREAK.test(char);
}

export function isUnprintable(char: string): boolean {
  return UNPRINTABLE.test(char);
}

function isSpaceOrBreak(char: string): boolean {
  return char === " " || isBreak(char);
}

/** The style that suits a text best, before what it allows is asked. */
export function wantedStyle(text: string): Style {
  if (text.includes("\n")) return "literal";
  return resolvePlain(text).tag === "!!str" && !BASE_60.test(text) ? "plain" : "double";
}

/** How many line breaks at the end count: none (`-`), all (`+`), or one. */
export function chomping(text: string): string {
  if (!isBreak(text.charAt(text.length - 1))) return "-";
  return text.length === 1 || isBreak(text.charAt(text.length - 2)) ? "+" : "";
}
