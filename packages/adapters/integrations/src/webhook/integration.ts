import { formatGoDuration } from "@tocsin/domain/duration";
import type { NotifyResult } from "@tocsin/engine/ports";
import { AppError } from "@tocsin/foundation";
import { refused, resultOfStatus, retried } from "../failure.ts";
import { sendHttp } from "../http/client.ts";
import type { Attempt, Integration, IntegrationDeps } from "../integration.ts";
import { webhookSettings, webhookUrl } from "./config.ts";
import { webhookBody } from "./payload.ts";

const NS_PER_MS = 1_000_000;

/**
 * POSTs the message as JSON. Any 2xx is a yes, 5xx and broken connections are tried again, and all else
 * is final, 408 and 429 too: mirrors `notify/webhook/webhook.go` of Alertmanager 0.34. Beyond it the
 * request has an `Idempotency-Key`, by which a receiver can tell a repetition from a new message.
 */
export const webhook: Integration = { deliver };

async function deliver(deps: IntegrationDeps, attempt: Attempt): Promise<NotifyResult> {
  const { job } = attempt;
  const settings = webhookSettings(job.integration);
  const shown = settings.maxAlerts === 0 ? job.alerts : job.alerts.slice(0, settings.maxAlerts);
  const renderer = await attempt.startRendering(shown);
  const body = await webhookBody({ ...attempt, renderer }, settings);
  if (body.kind === "refused") return refused(body.error);
  const target = await webhookUrl(settings, renderer, deps);
  if (target.kind === "none") return target.result;
  const request = {
    method: "POST" as const,
    url: target.url,
    headers: { "content-type": "application/json", "idempotency-key": job.idempotencyKey },
    body: body.body,
  };
  return withTimeout(deps, { ...attempt, timeoutMs: settings.timeoutMs }, async (signal) => {
    const message = { request, config: settings.httpConfig };
    const outcome = await sendHttp(deps, { ...attempt, signal }, message);
    return outcome.kind === "answered" ? resultOfStatus(outcome) : outcome.result;
  });
}

/**
 * The webhook's own limit of an attempt, in upstream's words. The work is not left behind: it may have a
 * status when the time is over, which counts then.
 */
async function withTimeout(
  deps: IntegrationDeps,
  attempt: Attempt & { readonly timeoutMs: number },
  work: (signal: AbortSignal) => Promise<NotifyResult>,
): Promise<NotifyResult> {
  const { signal, timeoutMs } = attempt;
  if (timeoutMs === 0) return work(signal);
  const limit = new AbortController();
  const over = new AbortController();
  void deps.clock.sleep(timeoutMs, over.signal).then(
    () => limit.abort(TIME_IS_UP),
    () => {},
  );
  try {
    return await work(AbortSignal.any([signal, limit.signal]));
  } catch (error) {
    if (error !== TIME_IS_UP) throw error;
    const words = formatGoDuration(BigInt(Math.round(timeoutMs * NS_PER_MS)));
    return retried(`Post "<redacted>": configured webhook timeout reached (${words})`);
  } finally {
    over.abort(TIME_IS_UP);
  }
}

/** One for all: an `abort` without a reason makes an error with a stack for each call. */
const TIME_IS_UP = new AppError("deadline-exceeded", "The time of the webhook is up");
