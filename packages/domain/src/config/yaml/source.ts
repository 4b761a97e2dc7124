/**
 * Text of the first YAML document of an input. Upstream's parser reads bytes, takes UTF-8 and UTF-16
 * with a byte order mark, and stops at the end of the first document, so that whatever follows is never
 * looked at, not even for its syntax.
 */
const DOCUMENT_MARK = /^(---|\.\.\.)(?=[ \t\r\n]|$)/gm;
const DOCUMENT_START_FORM = /^---(?=[ \t\r\n]|$)/;
const DIRECTIVE_OR_BLANK = /^(%.*|[ \t]*(#.*)?)$/;

/** Decodes bytes as upstream does; undefined when they are not valid in the encoding they claim. */
export function decodeBytes(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe
      ? "utf-16le"
      : first === 0xfe && second === 0xff
        ? "utf-16be"
        : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Cuts a text after its first document. Offsets into the result are offsets into the text. */
export function firstDocument(text: string): string {
  const start = firstContentAt(text);
  DOCUMENT_MARK.lastIndex = start;
  const mark = DOCUMENT_MARK.exec(text);
  return mark === null ? text : text.slice(0, mark.index);
}

/** Where to look for the mark that ends the first document: behind the one that starts it, if any. */
function firstContentAt(text: string): number {
  let at = 0;
  while (at < text.length) {
    const end = lineEnd(text, at);
    const line = text.slice(at, end);
    if (DOCUMENT_START_FORM.test(line)) return at + 3;
    if (!DIRECTIVE_OR_BLANK.test(line)) return at;
    at = end + 1;
  }
  return text.length;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  const line = end < 0 ? text.length : end;
  return line > from && text.charCodeAt(line - 1) === 13 ? line - 1 : line;
}
