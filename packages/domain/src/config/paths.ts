import type { ConfigDocument } from "./document.ts";

/** Joins the relative file names of a document with the folder that its file lies in. */
export function joinPaths(document: ConfigDocument, directory: string): ConfigDocument {
  const join = (path: string): string => joinPath(directory, path);
  return {
    ...document,
    templates: document.templates?.map(join),
  };
}

/** As Go's `filepath.Join`, but an empty or absolute path stays as it is. */
export function joinPath(directory: string, path: string): string {
  if (path === "" || path.startsWith("/")) return path;
  const parts: string[] = [];
  const isAbsolute = directory.startsWith("/");
  for (const part of `${directory}/${path}`.split("/")) {
    if (part === "" || part === ".") continue;
    const isUp = part === "..";
    if (isUp && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!isUp || !isAbsolute) parts.push(part);
  }
  const joined = (isAbsolute ? "/" : "") + parts.join("/");
  return joined === "" ? "." : joined;
}
