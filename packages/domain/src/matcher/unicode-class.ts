/**
 * Names of Unicode classes in patterns. Go takes `\p{letter}` and `\p{Uppercase_Letter}` for `\p{L}` and
 * `\p{Lu}`, in any case and with `_`, `-` and spaces anywhere; the engine here knows only the short names
 * and the scripts, spelled one way.
 */
const CATEGORY_BY_ALIAS: Readonly<Record<string, string>> = {
  casedletter: "LC",
  closepunctuation: "Pe",
  cntrl: "Cc",
  combiningmark: "M",
  connectorpunctuation: "Pc",
  control: "Cc",
  currencysymbol: "Sc",
  dashpunctuation: "Pd",
  decimalnumber: "Nd",
  digit: "Nd",
  enclosingmark: "Me",
  finalpunctuation: "Pf",
  format: "Cf",
  initialpunctuation: "Pi",
  lc: "LC",
  letter: "L",
  letternumber: "Nl",
  lineseparator: "Zl",
  lowercaseletter: "Ll",
  mark: "M",
  mathsymbol: "Sm",
  modifierletter: "Lm",
  modifiersymbol: "Sk",
  nonspacingmark: "Mn",
  number: "N",
  openpunctuation: "Ps",
  other: "C",
  otherletter: "Lo",
  othernumber: "No",
  otherpunctuation: "Po",
  othersymbol: "So",
  paragraphseparator: "Zp",
  privateuse: "Co",
  punct: "P",
  punctuation: "P",
  separator: "Z",
  spaceseparator: "Zs",
  spacingmark: "Mc",
  surrogate: "Cs",
  symbol: "S",
  titlecaseletter: "Lt",
  unassigned: "Cn",
  uppercaseletter: "Lu",
};
const OTHER_NAMES: ReadonlySet<string> = new Set(["Any", "Ascii", "Assigned"]);
/** Quoted stretches, Unicode classes and other escapes, so that each is seen as what it is. */
const PIECES = /\\Q[^]*?(?:\\E|$)|\\[pP]\{[^}]*\}|\\[^]/g;

/** The pattern with all names of Unicode classes as the engine spells them. */
export function spellUnicodeClasses(pattern: string): string {
  if (!/\\[pP]\{/.test(pattern)) return pattern;
  return pattern.replace(PIECES, spellPiece);
}

function spellPiece(piece: string): string {
  const [, opening, name] = /^(\\[pP]\{\^?)([^}]*)\}$/.exec(piece) ?? [];
  return opening === undefined ? piece : `${opening}${spellName(name ?? "")}}`;
}

function spellName(name: string): string {
  const bare = name.replace(/[_\- ]/g, "").toLowerCase();
  if (Object.hasOwn(CATEGORY_BY_ALIAS, bare)) return CATEGORY_BY_ALIAS[bare] ?? name;
  const spelled = bare.charAt(0).toUpperCase() + bare.slice(1);
  // The engine also knows properties such as `Dash`, which Go refuses; no name has a `=`.
  return isKnownName(spelled) ? spelled : `${name}=`;
}

/** Categories are one or two letters; scripts of two words cannot be written in Go either. */
function isKnownName(name: string): boolean {
  if (/^[A-Z][a-z]?$/.test(name) || OTHER_NAMES.has(name)) return true;
  if (!/^[A-Za-z]+$/.test(name)) return false;
  try {
    // Only letters reach this pattern, and it is never matched.
    return new RegExp(`\\p{Script=${name}}`, "u").source !== "";
  } catch {
    return false;
  }
}
