import { AppError } from "@tocsin/foundation";

/** What an operator can do about a file of the journal that cannot be read, whatever the reason. */
export function unreadable(path: string, why: unknown, advice: string): AppError {
  const reason = typeof why === "string" ? why : AppError.from(why).message;
  return new AppError("data-loss", `Cannot read "${path}": ${reason}; ${advice}`, { cause: why });
}

/** Without `whole` the log counts as incomplete, so the others are asked for what is missing. */
export const SEGMENT_ADVICE: string =
  'see that it can be read, put back a copy of it, or move it and the file "whole" away to start with ' +
  "what the rest of the journal and the other instances hold";

/** For the small files beside the segments. */
export const SMALL_FILE_ADVICE: string =
  "put back a copy of it, or move it away to start with what the journal and the other instances hold";
