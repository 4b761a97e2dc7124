import type { IncomingMessage } from "node:http";
import { AppError } from "@tocsin/foundation";

/** How much of a body is taken, and what to change for more. */
export interface BodyLimit {
  readonly sizeMaxBytes: number;
  readonly flag: string;
}

/**
 * Reads a body into one piece; rejects with `too-large` as soon as it is known to be. What comes after
 * that is read and thrown away for as long as a request may take: many clients look for an answer only
 * when they have sent everything, and a closed connection would be all that they see.
 */
export function readBody(req: IncomingMessage, { sizeMaxBytes, flag }: BodyLimit): Promise<Buffer> {
  const tooLarge = (): AppError =>
    new AppError(
      "too-large",
      `Request body too large: the limit is ${sizeMaxBytes} bytes (${flag})`,
    );
  if (Number(req.headers["content-length"] ?? 0) > sizeMaxBytes) {
    req.resume();
    return Promise.reject(tooLarge());
  }
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  req.on("data", (chunk: Buffer) => {
    sizeBytes += chunk.length;
    if (sizeBytes <= sizeMaxBytes) {
      chunks.push(chunk);
      return;
    }
    chunks.length = 0;
    reject(tooLarge());
  });
  req.on("end", () => {
    const [first] = chunks;
    resolve(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks));
  });
  req.on("error", reject);
  req.on("close", () => {
    if (!req.complete) reject(new AppError("aborted", "Cannot read body: the client is gone"));
  });
  return promise;
}
