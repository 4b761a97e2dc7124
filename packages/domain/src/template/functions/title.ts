/**
 * Title case as Go's `cases.Title` for English has it: in each word the first letter with case is
 * raised and the rest lowered. Words end as Unicode says (UAX 29), with a shortcut of Go's: once a
 * letter was raised, one dot, colon or apostrophe does not end the word.
 */

const CASED = /\p{Cased}/u;
/** Joins two parts of a word when it stands alone between them. */
const MID_WORD =
  /['.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a]/u;
/** Letters and digits, what is attached to them, and what connects them. */
const IN_WORD =
  /[\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\p{Cf}\p{Emoji_Modifier}\u{1f130}-\u{1f149}\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}\u24b6-\u24e9\u02c2-\u02c5\u02d2-\u02d7\u02de\u02df\u02e5-\u02ff\u055a-\u055e\u058a\u05f3\u066b\u202f\ua708-\ua721\ua789\ua78a\uab5b]/u;
/** Scripts that are written without spaces: for Go each of their letters stands alone. */
const ALONE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Myanmar}\p{Script=Khmer}\p{Script=Tai_Le}\p{Script=New_Tai_Lue}\p{Script=Tai_Tham}\p{Script=Tai_Viet}\p{Script=Ahom}\p{Script=Tangut}\p{Script=Nushu}\u200b\u3031-\u3035\u30fc\uff70]/u;
/** Digraphs and others whose title case is neither their upper case nor that with a lowered rest. */
const TITLES: Readonly<Record<string, string>> = {
  "\u01c4": "\u01c5",
  "\u01c5": "\u01c5",
  "\u01c6": "\u01c5",
  "\u01c7": "\u01c8",
  "\u01c8": "\u01c8",
  "\u01c9": "\u01c8",
  "\u01ca": "\u01cb",
  "\u01cb": "\u01cb",
  "\u01cc": "\u01cb",
  "\u01f1": "\u01f2",
  "\u01f2": "\u01f2",
  "\u01f3": "\u01f2",
  "\u0149": "\u02bcN",
};

/** The text in title case. */
export function titleCase(text: string): string {
  let result = "";
  let rest = "";
  let isInWord = false;
  let wasMid = false;
  for (const char of text) {
    const isMid = MID_WORD.test(char);
    if (isInWord && (isMid ? wasMid : isBreak(char))) {
      result += lowered(rest);
      rest = "";
      isInWord = false;
    }
    wasMid = isMid;
    if (isInWord) rest += char;
    else if (CASED.test(char)) {
      result += titled(char);
      isInWord = true;
    } else result += char;
  }
  return result + lowered(rest);
}

function isBreak(char: string): boolean {
  return !IN_WORD.test(char) || (ALONE.test(char) && !/[\p{M}\p{Nd}]/u.test(char));
}

/** Lowers what follows the first letter of a word: a sigma at the end becomes a final one. */
function lowered(rest: string): string {
  return `a${rest}`.toLowerCase().slice(1);
}

function titled(char: string): string {
  const known = TITLES[char];
  if (known !== undefined) return known;
  // Georgian has capitals for emphasis only, never for titles; others are in title case already.
  if (/[\u10d0-\u10ff\p{Lt}]/u.test(char)) return char;
  const simple = upperRune(char);
  if (simple !== char) return simple;
  const [first = "", ...others] = Array.from(char.toUpperCase());
  const isGreek = /[\u1f80-\u1fff]/.test(char);
  if (isGreek && others.at(-1) === "\u0399") return `${first}${others.slice(0, -1).join("")}\u0345`;
  return others.length === 0 ? first : first + others.join("").toLowerCase();
}

/** Upper case of one character if that is one character (Go's `unicode.ToUpper`). */
export function upperRune(char: string): string {
  const upper = char.toUpperCase();
  if (upper.length === char.length || Array.from(upper).length === 1) return upper;
  const code = char.codePointAt(0) ?? 0;
  // Greek with iota subscript: the one-character form has the iota adscript.
  if ((code & 0xfff8) === 0x1f80 || (code & 0xfff8) === 0x1f90 || (code & 0xfff8) === 0x1fa0) {
    return String.fromCodePoint(code + 8);
  }
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return String.fromCodePoint(code + 9);
  return char;
}

/** Lower case of one character if that is one character (Go's `unicode.ToLower`). */
export function lowerRune(char: string): string {
  if (char === "\u0130") return "i";
  const lower = char.toLowerCase();
  return Array.from(lower).length === 1 ? lower : char;
}

/** Changes a text character by character; bytes that are not UTF-8 become U+FFFD. */
export function mapRunes(text: string, change: (char: string) => string): string {
  let result = "";
  for (const char of text) result += char.isWellFormed() ? change(char) : "\ufffd";
  return result;
}
