import { dirname } from "node:path";
import {
  decodeConfig,
  parseWebConfig,
  webConfigRefusal,
  type WebConfig,
} from "@tocsin/domain/config";
import { readWebFile } from "./read-web-file.ts";
import { fileWords, WebConfigFault } from "./web-config-fault.ts";

/** The file behind `--web.config.file`. As upstream it is looked at for every connection and request. */
export class WebConfigFile {
  readonly path: string;
  #text: string | undefined;
  #config: WebConfig | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** What is in force now: parsed only when the text has changed. Throws what is wrong, with its place. */
  read(): WebConfig {
    const text = readText(this.path);
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
}

function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readWebFile(path);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new WebConfigFault(`Cannot read "${path}": ${why}`, fileWords(path, thrown));
  }
  const decoded = decodeConfig(bytes);
  if (decoded.ok) return decoded.text;
  const { line, column, message } = decoded.problem;
  throw new WebConfigFault(
    `${path}:${line}:${column}: ${message}`,
    webConfigRefusal([decoded.problem]),
  );
}
