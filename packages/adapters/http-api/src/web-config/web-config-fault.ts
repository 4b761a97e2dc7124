import { AppError } from "@tocsin/foundation";

/** What `--web.config.file` says cannot be served: in our words, with places, and in upstream's. */
export class WebConfigFault extends AppError {
  readonly words: string;

  constructor(message: string, words: string) {
    super("invalid-argument", message);
    this.words = words;
  }
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "no such file or directory"],
  ["EACCES", "permission denied"],
]);

/** Why a file cannot be read, as upstream says it. */
export function fileWords(path: string, thrown: unknown): string {
  const { code = "", message } = thrown as NodeJS.ErrnoException; // As of all of Node's file functions.
  if (code === "EISDIR") return `read ${path}: is a directory`;
  return `open ${path}: ${WORDS.get(code) ?? message}`;
}
