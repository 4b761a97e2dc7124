import { open, stat, type FileHandle } from "node:fs/promises";
import type { Output } from "./output.ts";

/** As upstream makes it: everybody may read it. */
const MODE = 0o644;

/**
 * Lines appended to a file. It may be renamed or removed at any time, as log rotation does: before each
 * write it is looked whether the name still stands for the open file, and if not, it is opened anew.
 */
export class FileOutput implements Output {
  readonly name: string;
  readonly #path: string;
  #file: FileHandle | undefined;

  private constructor(path: string, file: FileHandle) {
    this.name = `file:${path}`;
    this.#path = path;
    this.#file = file;
  }

  /** Opens the file, made if it is not there. Rejects if that fails. */
  static async open(path: string): Promise<FileOutput> {
    return new FileOutput(path, await open(path, "a", MODE));
  }

  async send(lines: readonly string[]): Promise<void> {
    const file = await this.#current();
    await file.appendFile(lines.map((line) => `${line}\n`).join(""));
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #current(): Promise<FileHandle> {
    const known = this.#file;
    if (known !== undefined) {
      const [mine, named] = await Promise.all([known.stat(), statOrNone(this.#path)]);
      if (named !== undefined && named.ino === mine.ino && named.dev === mine.dev) return known;
      this.#file = undefined;
      await known.close();
    }
    this.#file = await open(this.#path, "a", MODE);
    return this.#file;
  }
}

async function statOrNone(path: string): Promise<{ ino: number; dev: number } | undefined> {
  try {
    return await stat(path);
  } catch {
    return undefined;
  }
}
