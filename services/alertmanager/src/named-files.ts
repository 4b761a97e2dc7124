import { readFileSync } from "node:fs";
import { decodeConfig } from "@tocsin/domain/config";
import { AppError, type Clock } from "@tocsin/foundation";
import type { TemplateFiles } from "@tocsin/template-files";
import { ConfigFault } from "./config-fault.ts";
import { FileReader } from "./file-reader.ts";

/** As the parser of configurations. */
const SIZE_MAX_BYTES = 16 * 1024 * 1024;
/** No secret, certificate or web configuration is this long. */
const SMALL_SIZE_MAX_BYTES = 1024 * 1024;
/** Long enough for a command that writes into a pipe. */
const DELAY_MS = 30_000;

/** The files that an operator names: what goes wrong is told as a fault that names the file. */
export class NamedFiles {
  readonly #reader: FileReader;
  readonly #smallReader: FileReader;

  constructor(deps: { readonly clock: Clock }) {
    this.#reader = new FileReader(deps, { sizeMaxBytes: SIZE_MAX_BYTES, delayMs: DELAY_MS });
    this.#smallReader = new FileReader(deps, {
      sizeMaxBytes: SMALL_SIZE_MAX_BYTES,
      delayMs: DELAY_MS,
      refusesPipes: true,
    });
  }

  /** All bytes of a file. */
  async read(path: string): Promise<Buffer> {
    try {
      return await this.#reader.read(path);
    } catch (thrown) {
      throw faultOf(path, thrown);
    }
  }

  /** All of a file that must be text. */
  readonly readText = async (path: string): Promise<string> => {
    const decoded = decodeConfig(await this.read(path));
    if (decoded.ok) return decoded.text;
    const { line, column, message } = decoded.problem;
    throw new ConfigFault(`${path}:${line}:${column}: ${message}`, { words: message });
  };

  /** Template files; as with upstream what is no UTF-8 in them is told as U+FFFD. */
  get templates(): TemplateFiles {
    const reader = this.#reader;
    return {
      read: async (path) => (await reader.read(path)).toString("utf8"),
      names: (folder) => reader.names(folder),
      find: (path) => reader.find(path),
    };
  }

  /** A file of the web port, which is read all the time. Rejects as the reader does. */
  readonly readWebFile = (path: string): Promise<Buffer> => this.#smallReader.read(path);

  /**
   * A file that is read whenever it is used, without the white space around it. Rejects in upstream's words.
   */
  readonly readSecret = async (path: string): Promise<string> => {
    try {
      return (await this.#smallReader.read(path)).toString().trim();
    } catch (thrown) {
      const { code } = AppError.from(thrown);
      throw new AppError(code, faultOf(path, thrown).words, { cause: thrown });
    }
  };
}

/** Reads a file when nothing else is to be done yet. Throws a fault that names it. */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    throw faultOf(path, thrown);
  }
}

function faultOf(path: string, thrown: unknown): ConfigFault {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  // Every error of Node's file functions has a code.
  const words = FILE_WORDS.get((thrown as NodeJS.ErrnoException).code ?? "");
  const message = `Cannot read "${path}": ${why}`;
  const ownWords = thrown instanceof AppError ? message : why;
  return new ConfigFault(message, { words: words?.(path) ?? ownWords });
}

const FILE_WORDS: ReadonlyMap<string, (path: string) => string> = new Map([
  ["ENOENT", (path) => `open ${path}: no such file or directory`],
  ["EACCES", (path) => `open ${path}: permission denied`],
  ["ELOOP", (path) => `open ${path}: too many levels of symbolic links`],
  ["EISDIR", (path) => `read ${path}: is a directory`],
]);
