import { AppError } from "@tocsin/foundation";

/** The code of a system error, "ENOENT" for instance. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Any failure of the file system: full, read-only, broken, forbidden. The store cannot be used now. */
export function failed(what: string, error: unknown): AppError {
  if (error instanceof AppError && error.code === "data-loss") return error;
  const why = errorCode(error) ?? (error instanceof Error ? error.message : String(error));
  return new AppError("unavailable", `${what}: ${why}`, { cause: error });
}
