import type { IncomingMessage } from "node:http";
import { AppError } from "@tocsin/foundation";
import { BODY_SIZE_FLAG } from "./options.ts";

/** Reads a body into one piece; rejects with `too-large` as soon as it is known to be. */
export function readBody(req: IncomingMessage, sizeMaxBytes: number): Promise<Buffer> {
  if (Number(req.headers["content-length"] ?? 0) > sizeMaxBytes) {
    return Promise.reject(tooLarge(sizeMaxBytes));
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
    req.pause();
    reject(tooLarge(sizeMaxBytes));
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

function tooLarge(sizeMaxBytes: number): AppError {
  const message = `Request body too large: the limit is ${sizeMaxBytes} bytes (${BODY_SIZE_FLAG})`;
  return new AppError("too-large", message);
}
