import { request as requestHttp, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { request as requestHttps } from "node:https";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { findDifference, type Answer } from "./compare.ts";
import type { Placeholders } from "./placeholders.ts";
import type { RequestPlan, Step, Transcript } from "./transcript.ts";

/** Who is talked to, and what can be done with it besides. */
export interface Partner {
  /** `host:port` */
  readonly host: string;
  readonly isTls: boolean;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  writeFile(name: string, text: string): void;
  signal(name: string): void;
  restart(flags: readonly string[] | undefined): Promise<void>;
}

/** A read may come before what it waits for; nothing else is asked twice. */
const READ_RETRY_MS = 15_000;
const RETRY_PAUSE_MS = 50;

/** Plays the steps. The first difference with its step, or undefined. */
export async function play(
  { steps }: Transcript,
  partner: Partner,
  places: Placeholders,
): Promise<string | undefined> {
  for (const [at, step] of steps.entries()) {
    const difference = await playStep(step, partner, places);
    if (difference === undefined) continue;
    const { method, path } = step.request ?? { method: "", path: "" };
    return `step ${at + 1} (${method} ${path}): ${difference}`;
  }
  return undefined;
}

async function playStep(
  step: Step,
  partner: Partner,
  places: Placeholders,
): Promise<string | undefined> {
  if (step.sleep_ms !== undefined) await sleep(step.sleep_ms);
  for (const [name, text] of Object.entries(step.write ?? {})) {
    partner.writeFile(name, places.fill(text));
  }
  if (step.signal !== undefined) partner.signal(step.signal);
  if (step.restart !== undefined) await partner.restart(step.restart.flags);
  const { request, response } = step;
  if (request === undefined || response === undefined) return undefined;
  const isRead = request.method === "GET" || request.method === "HEAD";
  const giveUpAtMs = performance.now() + (step.retry_ms ?? (isRead ? READ_RETRY_MS : 0));
  for (;;) {
    const answer = await send(request, partner, places);
    const difference = findDifference(response, answer, places);
    if (difference === undefined) {
      for (const [name, path] of Object.entries(step.capture ?? {})) {
        places.keep(name, valueAt(JSON.parse(answer.text), path));
      }
      return undefined;
    }
    // It says so on a machine that is too busy; senders ask again.
    const wasStopped = answer.status === 503 && answer.text.includes("was stopped");
    if (performance.now() > giveUpAtMs && !wasStopped) return difference;
    await sleep(RETRY_PAUSE_MS);
  }
}

async function send(plan: RequestPlan, partner: Partner, places: Placeholders): Promise<Answer> {
  const body = bodyOf(plan, places);
  const headers: OutgoingHttpHeaders = { ...partner.headers };
  if (plan.json !== undefined) headers["content-type"] = "application/json";
  for (const [name, value] of Object.entries(plan.headers ?? {})) {
    headers[name.toLowerCase()] = places.fill(value);
  }
  if (body !== undefined || plan.method === "POST") headers["content-length"] ??= body?.length ?? 0;
  const [host, port] = partner.host.split(":");
  const start = partner.isTls && plan.plain !== true ? requestHttps : requestHttp;
  const path = places.fill(plan.path);
  const trust = { agent: false, rejectUnauthorized: false };
  const asked = start({ host, port, method: plan.method, path, headers, ...trust }).end(body);
  const [answer] = (await once(asked, "response")) as [IncomingMessage]; // Its only argument.
  return {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(
      Object.entries(answer.headersDistinct).map(([name, values = []]) => [
        name,
        values.join(", "),
      ]),
    ),
    text: Buffer.concat(await answer.toArray()).toString("utf8"),
  };
}

function bodyOf(plan: RequestPlan, places: Placeholders): Buffer | undefined {
  if (plan.body_hex !== undefined) return Buffer.from(plan.body_hex, "hex");
  const written = plan.json === undefined ? plan.body : JSON.stringify(plan.json);
  if (written === undefined) return undefined;
  const body = Buffer.from(places.fill(written), "utf8");
  return plan.gzip === true ? gzipSync(body) : body;
}

/** `a.0.b` of a JSON value. */
function valueAt(value: unknown, path: string): string {
  const found = path
    .split(".")
    .reduce<unknown>((inner, key) => (inner as Readonly<Record<string, unknown>>)[key], value);
  return String(found);
}
