import type { NotifyResult } from "@tocsin/engine/ports";
import { AppError } from "@tocsin/foundation";

/** The label `reason` of the metrics of failed notifications: upstream's words (`notify/util.go`). */
export type FailureReason = "authError" | "clientError" | "other" | "rateLimited" | "serverError";

/** Which failures are worth another attempt. */
export interface StatusRules {
  /** Tried again besides 5xx. */
  readonly retryStatuses?: readonly number[];
}

/** Whose fault a status is, mirroring GetFailureReasonFromStatusCode. */
export function reasonOfStatus(status: number): FailureReason {
  if (status === 401 || status === 403) return "authError";
  if (status === 429) return "rateLimited";
  if (status >= 400 && status < 500) return "clientError";
  if (status >= 500 && status < 600) return "serverError";
  return "other";
}

/** What a status means: 2xx is a yes, 5xx is worth another attempt, all else is final. */
export function resultOfStatus(
  answer: { readonly status: number; readonly body: string },
  rules: StatusRules = {},
): NotifyResult {
  const { status, body } = answer;
  if (status >= 200 && status < 300) return { kind: "accepted" };
  const details = body === "" ? "" : `: ${body}`;
  const retry = (status >= 500 && status < 600) || rules.retryStatuses?.includes(status) === true;
  const error = `unexpected status code ${status}${details}`;
  return { kind: retry ? "retry" : "refused", error, reason: reasonOfStatus(status) };
}

/** Final, and not because of an answer: nothing was sent. */
export function refused(error: string): NotifyResult {
  return { kind: "refused", error, reason: "other" satisfies FailureReason };
}

/** Worth another attempt, and not because of an answer. */
export function retried(error: string): NotifyResult {
  return { kind: "retry", error, reason: "other" satisfies FailureReason };
}

/** The file of this field cannot be read. Upstream never tries again, but waits for a disk that hangs. */
export function unreadable(field: string, error: unknown): NotifyResult {
  const { message, retryable } = AppError.from(error);
  const words = `read ${field}: ${message}`;
  return retryable ? retried(words) : refused(words);
}
