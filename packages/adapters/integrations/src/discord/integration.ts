import type { NotifyResult } from "@tocsin/engine/ports";
import { resultOfStatus } from "../failure.ts";
import { sendHttp } from "../http/client.ts";
import type { Attempt, Integration, IntegrationDeps } from "../integration.ts";
import { discordSettings, discordUrl } from "./config.ts";
import { discordPayload } from "./payload.ts";

/** POSTs a message with one embed: mirrors `notify/discord/discord.go` of Alertmanager 0.34. */
export const discord: Integration = { deliver };

async function deliver(deps: IntegrationDeps, attempt: Attempt): Promise<NotifyResult> {
  const settings = discordSettings(attempt.job.integration);
  const body = discordPayload(settings, await attempt.startRendering());
  const target = await discordUrl(settings, deps);
  if (target.kind === "none") return target.result;
  const request = {
    method: "POST" as const,
    url: target.url,
    headers: { "content-type": "application/json" },
    body,
  };
  const outcome = await sendHttp(deps, attempt, { request, config: settings.httpConfig });
  return outcome.kind === "answered" ? resultOfStatus(outcome) : outcome.result;
}
