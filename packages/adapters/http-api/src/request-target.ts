const ODD = /[%#]/;
const BROKEN_ESCAPE = /%(?![0-9a-fA-F]{2})/;
const ESCAPES = /(?:%[0-9a-fA-F]{2})+/g;

/** What stands before the path when a whole URL is asked for, as proxies do. */
const ORIGIN = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*/;

/**
 * What is asked for, as Go reads the first line: a `#` is a character like any other, and a path with a
 * broken escape is none at all. Bytes of a path that are no UTF-8 become U+FFFD, which no path here has.
 * Of a whole URL only the path counts.
 */
export function readTarget(asked: string): string | undefined {
  const url = asked.startsWith("/") ? asked : pathOf(asked);
  if (url === undefined || !ODD.test(url)) return url;
  const at = url.indexOf("?");
  const path = at < 0 ? url : url.slice(0, at);
  if (BROKEN_ESCAPE.test(path)) return undefined;
  return `${readable(path)}${url.slice(path.length)}`.replaceAll("#", "%23");
}

/** `*`, which is the server itself, stays; what is no path otherwise is refused. */
function pathOf(asked: string): string | undefined {
  if (asked === "*") return asked;
  const [origin] = ORIGIN.exec(asked) ?? [];
  if (origin === undefined) return undefined;
  const rest = asked.slice(origin.length);
  return rest.startsWith("/") ? rest : `/${rest}`;
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
