/** Every expected way to fail. One table gives what HTTP and gRPC say of it and whether to try again. */
export type ErrorCode =
  | "invalid-argument"
  | "unauthenticated"
  | "permission-denied"
  | "not-found"
  | "conflict"
  | "too-large"
  | "unprocessable"
  | "rate-limited"
  | "unavailable"
  | "unreachable"
  | "deadline-exceeded"
  | "aborted"
  | "data-loss"
  | "internal";

/** Whose fault it is: a quorum counts failures per family, so that a 4xx never looks like an outage. */
export type ErrorFamily = "client" | "server";

interface ErrorTraits {
  readonly http: number;
  readonly grpc: number;
  readonly retryable: boolean;
  readonly family: ErrorFamily;
}

export const ERROR_TRAITS: Readonly<Record<ErrorCode, ErrorTraits>> = {
  "invalid-argument": { http: 400, grpc: 3, retryable: false, family: "client" },
  unauthenticated: { http: 401, grpc: 16, retryable: false, family: "client" },
  "permission-denied": { http: 403, grpc: 7, retryable: false, family: "client" },
  "not-found": { http: 404, grpc: 5, retryable: false, family: "client" },
  conflict: { http: 409, grpc: 6, retryable: false, family: "client" },
  "too-large": { http: 413, grpc: 11, retryable: false, family: "client" },
  unprocessable: { http: 422, grpc: 9, retryable: false, family: "client" },
  "rate-limited": { http: 429, grpc: 8, retryable: true, family: "client" },
  unavailable: { http: 503, grpc: 14, retryable: true, family: "server" },
  unreachable: { http: 503, grpc: 14, retryable: true, family: "server" },
  "deadline-exceeded": { http: 503, grpc: 4, retryable: true, family: "server" },
  aborted: { http: 503, grpc: 1, retryable: true, family: "server" },
  "data-loss": { http: 500, grpc: 15, retryable: false, family: "server" },
  internal: { http: 500, grpc: 13, retryable: false, family: "server" },
};

export interface AppErrorOptions {
  readonly cause?: unknown;
  /** Values that help at three in the morning and are safe to show: never a secret. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/** The one error for what is expected to fail. Message: action first, values quoted, no final period. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }

  get httpStatus(): number {
    return ERROR_TRAITS[this.code].http;
  }

  get retryable(): boolean {
    return ERROR_TRAITS[this.code].retryable;
  }

  get family(): ErrorFamily {
    return ERROR_TRAITS[this.code].family;
  }

  /** The only way out of a `catch`: anything thrown becomes an `AppError`, an abort keeps its reason. */
  static from(thrown: unknown, fallback: ErrorCode = "internal"): AppError {
    if (thrown instanceof AppError) return thrown;
    if (thrown instanceof Error) {
      const code = thrown.name === "AbortError" ? "aborted" : fallback;
      return new AppError(code, thrown.message, { cause: thrown });
    }
    return new AppError(fallback, String(thrown), { cause: thrown });
  }
}
