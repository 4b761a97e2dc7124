/** Anchors, aliases, tags and directives. */
import type { Cursor } from "./cursor.ts";

const WORD = /[0-9A-Za-z_-]/;
const URI = /[0-9A-Za-z_\-;/?:@&=+$,.!~*'()[\]%]/;
const BEHIND_ANCHOR = "?:,]}%@`";

/** The name behind `&` or `*`. */
export function takeAnchor(cursor: Cursor): string {
  cursor.skip();
  const name = cursor.takeWhile(WORD);
  if (name === "" || !(cursor.isGap() || BEHIND_ANCHOR.includes(cursor.char()))) {
    throw cursor.fault("did not find expected alphabetic or numeric character");
  }
  return name;
}

/** The handle of a tag that needs a directive, such as `!a!`; empty for all others. */
export function takeTag(cursor: Cursor): string {
  let named = "";
  if (cursor.char(1) === "<") {
    cursor.skip(2);
    skipUri(cursor);
    if (cursor.char() !== ">") throw cursor.fault("did not find the expected '>'");
    cursor.skip();
  } else {
    const handle = takeHandle(cursor);
    if (handle.length > 1 && handle.endsWith("!")) {
      named = handle;
      skipUri(cursor);
    } else {
      cursor.takeWhile(URI);
    }
  }
  if (!cursor.isGap()) throw cursor.fault("did not find expected whitespace or line break");
  return named;
}

function takeHandle(cursor: Cursor): string {
  if (cursor.char() !== "!") throw cursor.fault("did not find expected '!'");
  cursor.skip();
  const word = cursor.takeWhile(WORD);
  if (cursor.char() !== "!") return `!${word}`;
  cursor.skip();
  return `!${word}!`;
}

function skipUri(cursor: Cursor): void {
  if (cursor.takeWhile(URI) === "") throw cursor.fault("did not find expected tag URI");
}

/** A version, or the handle that a tag directive declares. */
export function takeDirective(cursor: Cursor): { kind: "version" | "tag-directive"; name: string } {
  cursor.skip();
  const directive = cursor.takeWhile(WORD);
  if (directive === "") throw cursor.fault("could not find expected directive name");
  if (!cursor.isGap()) throw cursor.fault("found unexpected non-alphabetical character");
  cursor.skipBlanks();
  if (directive !== "YAML" && directive !== "TAG") {
    throw cursor.fault("found unknown directive name");
  }
  const kind = directive === "YAML" ? "version" : "tag-directive";
  const name = kind === "version" ? takeVersion(cursor) : takeDeclaration(cursor);
  cursor.endLine();
  return { kind, name };
}

function takeVersion(cursor: Cursor): string {
  const major = takeNumber(cursor);
  if (cursor.char() !== ".") throw cursor.fault("did not find expected digit or '.' character");
  cursor.skip();
  return `${major}.${takeNumber(cursor)}`;
}

function takeNumber(cursor: Cursor): number {
  const digits = cursor.takeWhile(/\d/);
  if (digits === "") throw cursor.fault("did not find expected version number");
  if (digits.length > 2) throw cursor.fault("found extremely long version number");
  return Number(digits);
}

function takeDeclaration(cursor: Cursor): string {
  const handle = takeHandle(cursor);
  if (!handle.endsWith("!")) throw cursor.fault("did not find expected '!'");
  if (!cursor.isBlank()) throw cursor.fault("did not find expected whitespace");
  cursor.skipBlanks();
  skipUri(cursor);
  if (!cursor.isGap()) throw cursor.fault("did not find expected whitespace or line break");
  return handle;
}
