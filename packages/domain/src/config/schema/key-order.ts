/**
 * The order in which upstream's YAML library writes the keys of a map (gopkg.in/yaml.v2 2.4.0,
 * sorter.go): letters by code point and behind everything that is none, runs of digits by their value.
 */
const LETTER = /^\p{L}$/u;
const DIGIT = /^\p{Nd}$/u;

export function compareKeys(left: string, right: string): number {
  const a = Array.from(left);
  const b = Array.from(right);
  const size = Math.min(a.length, b.length);
  for (let at = 0; at < size; at += 1) {
    if (a[at] !== b[at]) return compareAt(a, b, at);
  }
  return a.length - b.length;
}

function compareAt(a: readonly string[], b: readonly string[], at: number): number {
  const left = a[at] ?? "";
  const right = b[at] ?? "";
  const leftIsLetter = LETTER.test(left);
  const rightIsLetter = LETTER.test(right);
  if (leftIsLetter !== rightIsLetter) return leftIsLetter ? 1 : -1;
  if (leftIsLetter) return codeOf(left) - codeOf(right);
  // A run that begins with 0 behind other digits is part of a larger number.
  const lead = (left === "0" || right === "0") && followsNonZeroDigit(a, at) ? 1 : 0;
  const leftRun = readDigits(a, at, lead);
  const rightRun = readDigits(b, at, lead);
  return (
    leftRun.value - rightRun.value || leftRun.end - rightRun.end || codeOf(left) - codeOf(right)
  );
}

function followsNonZeroDigit(chars: readonly string[], at: number): boolean {
  for (let before = at - 1; before >= 0; before -= 1) {
    const char = chars[before] ?? "";
    if (!DIGIT.test(char)) return false;
    if (char !== "0") return true;
  }
  return false;
}

function readDigits(
  chars: readonly string[],
  at: number,
  lead: number,
): { value: number; end: number } {
  let value = lead;
  let end = at;
  while (end < chars.length && DIGIT.test(chars[end] ?? "")) {
    value = value * 10 + codeOf(chars[end] ?? "") - 0x30;
    end += 1;
  }
  return { value, end };
}

function codeOf(char: string): number {
  return char.codePointAt(0) ?? 0;
}
