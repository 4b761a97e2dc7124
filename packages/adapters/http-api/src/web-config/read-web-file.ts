import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** No configuration, certificate or key is this long; a device named by mistake may be endless. */
const SIZE_MAX_BYTES = 1024 * 1024;
const CHUNK_SIZE_BYTES = 16 * 1024;

/**
 * Reads a file that is looked at for every connection. Throws the system's error, and refuses what would
 * hold everybody up: a pipe, which is opened so that nobody waits for its writer, and what has no end.
 */
export function readWebFile(path: string): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (fstatSync(file).isFIFO()) throw new Error("it is a pipe, a file is wanted");
    const chunks: Buffer[] = [];
    for (let sizeBytes = 0; sizeBytes <= SIZE_MAX_BYTES;) {
      const chunk = Buffer.allocUnsafe(CHUNK_SIZE_BYTES);
      const count = readSync(file, chunk);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
      sizeBytes += count;
    }
    throw new Error(`it has more than ${SIZE_MAX_BYTES} bytes`);
  } finally {
    closeSync(file);
  }
}
