const ODD = /[%#]/;
const BROKEN_ESCAPE = /%(?![0-9a-fA-F]{2})/;
const ESCAPES = /(?:%[0-9a-fA-F]{2})+/g;

/**
 * What is asked for, as Go reads the first line: a `#` is a character like any other, and a path with a
 * broken escape is none at all. Bytes of a path that are no UTF-8 become U+FFFD, which no path here has.
 */
export function readTarget(url: string): string | undefined {
  if (!ODD.test(url)) return url;
  const at = url.indexOf("?");
  const path = at < 0 ? url : url.slice(0, at);
  if (BROKEN_ESCAPE.test(path)) return undefined;
  return `${readable(path)}${url.slice(path.length)}`.replaceAll("#", "%23");
}

function readable(path: string): string {
  try {
    decodeURIComponent(path);
    return path;
  } catch {
    return path.replaceAll(ESCAPES, (escapes) =>
      encodeURIComponent(Buffer.from(escapes.replaceAll("%", ""), "hex").toString("utf8")),
    );
  }
}
