import type { Output } from "./output.ts";

/** Lines on the standard output of the process. */
export class StdoutOutput implements Output {
  readonly name = "stdout";
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  send(lines: readonly string[]): Promise<void> {
    this.#write(lines.map((line) => `${line}\n`).join(""));
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
