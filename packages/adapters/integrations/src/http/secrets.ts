import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { AppError } from "@tocsin/foundation";

/**
 * Reads a file-backed secret. Rejects with an error whose message names the file, not its content: with an
 * `AppError` that is retryable if it gave up a disk that hangs.
 */
export type ReadSecret = (path: string) => Promise<string>;

/** No secret is this long; a device or a log file named by mistake may be endless. */
const SECRET_SIZE_MAX_BYTES = 1024 * 1024;

/** White space around it goes, as upstream does for all secrets of HTTP clients. */
export const readSecretFile: ReadSecret = async (path) => {
  const chunks: Buffer[] = [];
  try {
    // A pipe without a writer would hold a thread for ever, and with it the end of the process.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if ((await file.stat()).isFIFO()) throw new Error("it is a pipe, a file is wanted");
      // `end` is the last byte that is read: one too many shows that there are more.
      const options = { start: 0, end: SECRET_SIZE_MAX_BYTES, autoClose: false };
      for await (const chunk of file.createReadStream(options)) {
        chunks.push(chunk as Buffer); // Without an encoding a stream of a file has buffers.
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new Error(`open ${path}: ${reasonOf(error)}`, { cause: error });
  }
  const content = Buffer.concat(chunks);
  if (content.length > SECRET_SIZE_MAX_BYTES) throw new Error(`open ${path}: file too large`);
  return content.toString().trim();
};

/** A secret that is written down or stands in a file. Rejects in upstream's words, which call it `what`. */
export async function secretOf(
  secret: { readonly text: string; readonly file: string; readonly what: string },
  readSecret: ReadSecret,
): Promise<string> {
  if (secret.file === "") return secret.text;
  try {
    return await readSecret(secret.file);
  } catch (error) {
    const why = AppError.from(error).message;
    const message = `unable to read ${secret.what}: unable to read file ${secret.file}: ${why}`;
    throw new AppError("unavailable", message, { cause: error });
  }
}

/** A reference to a secret's name cannot be followed: there is no place where such secrets are kept. */
export function refuseReference(reference: string, field: string): void {
  if (reference === "") return;
  throw new AppError("unprocessable", `Cannot use "${field}": there is no secret manager`);
}

/** Each file once: whoever looks at it again sees the same. */
export function onceEach(read: ReadSecret): ReadSecret {
  const texts = new Map<string, Promise<string>>();
  return (path) => {
    const text = texts.get(path) ?? read(path);
    texts.set(path, text);
    return text;
  };
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "no such file or directory";
  if (code === "EACCES") return "permission denied";
  return String(code ?? (error instanceof Error ? error.message : error));
}
