import { AppError } from "@tocsin/foundation";

/** What the server answered, as far as a failed call tells. */
export interface S3Failure {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** S3's own code, "AccessDenied" for instance, or the system's. */
  readonly code: string;
  readonly message: string;
  /** How often the request was sent. */
  readonly attempts: number;
}

/** Reads the library's errors, which have no common type. */
export function readFailure(thrown: unknown): S3Failure {
  if (!(thrown instanceof Error)) {
    return { status: 0, code: "unknown", message: String(thrown), attempts: 1 };
  }
  const fields = thrown as Error & { $metadata?: Metadata; code?: unknown };
  const { httpStatusCode: status, attempts } = fields.$metadata ?? {};
  return {
    status: typeof status === "number" ? status : 0,
    code: typeof fields.code === "string" ? fields.code : thrown.name,
    message: thrown.message,
    attempts: typeof attempts === "number" ? attempts : 1,
  };
}

interface Metadata {
  readonly httpStatusCode?: unknown;
  readonly attempts?: unknown;
}

/**
 * What a caller is told. Without `cause`: the library's errors carry the whole exchange, and the request
 * has the signature in it.
 */
export function unavailable(what: string, failure: S3Failure): AppError {
  const status = failure.status === 0 ? "" : ` (status ${failure.status})`;
  const message = failure.message === "" ? "" : `: ${failure.message}`;
  const details = { status: failure.status, s3Code: failure.code };
  return new AppError("unavailable", `${what}: ${failure.code}${status}${message}`, { details });
}
