/**
 * Character references in attribute values, as far as they matter to where a value ends and what it
 * is: numbers, and names of the characters that mean something in URLs, CSS and scripts.
 */
const NAMED: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["apos", "'"],
  ["ast", "*"],
  ["bsol", "\\"],
  ["colon", ":"],
  ["comma", ","],
  ["commat", "@"],
  ["dollar", "$"],
  ["equals", "="],
  ["excl", "!"],
  ["grave", "`"],
  ["gt", ">"],
  ["Hat", "^"],
  ["lbrace", "{"],
  ["lbrack", "["],
  ["lcub", "{"],
  ["lowbar", "_"],
  ["lpar", "("],
  ["lsqb", "["],
  ["lt", "<"],
  ["midast", "*"],
  ["nbsp", "\u00a0"],
  ["NewLine", "\n"],
  ["num", "#"],
  ["percnt", "%"],
  ["period", "."],
  ["plus", "+"],
  ["quest", "?"],
  ["quot", '"'],
  ["QUOT", '"'],
  ["AMP", "&"],
  ["LT", "<"],
  ["GT", ">"],
  ["rbrace", "}"],
  ["rbrack", "]"],
  ["rcub", "}"],
  ["rpar", ")"],
  ["rsqb", "]"],
  ["semi", ";"],
  ["sol", "/"],
  ["Tab", "\t"],
  ["verbar", "|"],
  ["vert", "|"],
]);
const REFERENCE =
  /&(?:#[xX]([0-9a-fA-F]+);?|#([0-9]+);?|([A-Za-z][A-Za-z0-9]*);|(amp|AMP|gt|GT|lt|LT|nbsp|quot|QUOT))/g;

/** The text with character references replaced. */
export function unescapeHtml(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(REFERENCE, (whole, ...groups: (string | undefined)[]) => {
    const [hex, decimal, name, bare] = groups;
    if (hex !== undefined) return codePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return codePoint(Number.parseInt(decimal, 10));
    return NAMED.get(name ?? bare ?? "") ?? whole;
  });
}

function codePoint(code: number): string {
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : "\ufffd";
}
