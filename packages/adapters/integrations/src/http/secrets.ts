import { createReadStream } from "node:fs";

/** Reads a file-backed secret. Rejects with an error whose message names the file, not its content. */
export type ReadSecret = (path: string) => Promise<string>;

/** No secret is this long; a device or a log file named by mistake may be endless. */
const SECRET_SIZE_MAX_BYTES = 1024 * 1024;

/** White space around it goes, as upstream does for all secrets of HTTP clients. */
export const readSecretFile: ReadSecret = async (path) => {
  const chunks: Buffer[] = [];
  try {
    // `end` is the last byte that is read: one too many shows that there are more.
    for await (const chunk of createReadStream(path, { end: SECRET_SIZE_MAX_BYTES })) {
      chunks.push(chunk as Buffer); // Without an encoding a stream of a file has buffers.
    }
  } catch (error) {
    throw new Error(`open ${path}: ${reasonOf(error)}`, { cause: error });
  }
  const content = Buffer.concat(chunks);
  if (content.length > SECRET_SIZE_MAX_BYTES) throw new Error(`open ${path}: file too large`);
  return content.toString().trim();
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "no such file or directory";
  if (code === "EACCES") return "permission denied";
  return String(code ?? error);
}
