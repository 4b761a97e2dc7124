/** What the names of attributes say about their values. */
export type ContentKind = "plain" | "css" | "html" | "script" | "srcset" | "unsafe" | "url";

const KINDS: ReadonlyMap<string, ContentKind> = new Map([
  ...named("css", "style"),
  ...named("html", "srcdoc"),
  ...named("srcset", "srcset imagesrcset"),
  ...named(
    "url",
    `action archive background cite classid codebase data formaction href icon longdesc manifest
    poster profile src usemap xmlns`,
  ),
  // They change what the page is or does, so a template may not choose them.
  ...named(
    "unsafe",
    `accept-charset async challenge charset content crossorigin defer enctype form formenctype
    formmethod formnovalidate http-equiv keytype language method novalidate pattern rel sandbox type
    value`,
  ),
  // Names that the rules for unknown ones would take for something else.
  ...named("plain", "srclang"),
]);

function named(kind: ContentKind, names: string): [string, ContentKind][] {
  return names.split(/\s+/).map((name) => [name, kind]);
}

/** The kind of an attribute's value by its name in lower case. */
export function attributeKind(fullName: string): ContentKind {
  let name = fullName;
  const colon = fullName.indexOf(":");
  if (fullName.startsWith("data-")) name = fullName.slice("data-".length);
  else if (colon >= 0) {
    if (fullName.slice(0, colon) === "xmlns") return "url";
    name = fullName.slice(colon + 1);
  }
  const known = KINDS.get(name);
  if (known !== undefined) return known;
  if (name.startsWith("on")) return "script";
  return /src|uri|url/.test(name) ? "url" : "plain";
}
