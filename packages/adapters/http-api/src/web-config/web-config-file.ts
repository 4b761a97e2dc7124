import { dirname } from "node:path";
import {
  decodeConfig,
  parseWebConfig,
  webConfigRefusal,
  type WebConfig,
} from "@tocsin/domain/config";
import { SharedRuns } from "./shared-runs.ts";
import { fileWords, WebConfigFault } from "./web-config-fault.ts";

/**
 * All of a file. Rejects with the system's error, or why it was given up: these files are read all the time,
 * so one that is a pipe, has no end or lies on a disk that hangs must not hold up anything else.
 */
export type ReadWebFile = (path: string) => Promise<Buffer>;

/** The file behind `--web.config.file`. As upstream it is looked at for every connection and request. */
export class WebConfigFile {
  readonly path: string;
  readonly readFile: ReadWebFile;
  readonly #reads: SharedRuns<WebConfig> = new SharedRuns(() => this.#read());
  #text: string | undefined;
  #config: WebConfig | undefined;

  constructor(path: string, readFile: ReadWebFile) {
    this.path = path;
    this.readFile = readFile;
  }

  /** What is in force now: parsed only when the text has changed. Rejects with what is wrong, with its place. */
  read(): Promise<WebConfig> {
    return this.#reads.run();
  }

  async #read(): Promise<WebConfig> {
    const text = await this.#readText();
    if (text === this.#text && this.#config !== undefined) return this.#config;
    const parsed = parseWebConfig(text, dirname(this.path));
    if (!parsed.ok) {
      const faults = parsed.problems.map(({ line, column, message, hint }) => {
        const after = hint === undefined ? "" : ` (${hint})`;
        return `${this.path}:${line}:${column}: ${message}${after}`;
      });
      throw new WebConfigFault(faults.join("; "), webConfigRefusal(parsed.problems));
    }
    this.#text = text;
    this.#config = parsed.config;
    return parsed.config;
  }

  async #readText(): Promise<string> {
    const { path } = this;
    const bytes = await this.readFile(path).catch((thrown: unknown) => {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      throw new WebConfigFault(`Cannot read "${path}": ${why}`, fileWords(path, thrown));
    });
    const decoded = decodeConfig(bytes);
    if (decoded.ok) return decoded.text;
    const { line, column, message } = decoded.problem;
    throw new WebConfigFault(
      `${path}:${line}:${column}: ${message}`,
      webConfigRefusal([decoded.problem]),
    );
  }
}
