/** Who sends what in a run: about a dozen groups a tenant, of five kinds. */
import type { TenantId } from "@tocsin/domain/model";
import { postOnce, resend, resendEpisodes, type Life } from "./clients/alerts.ts";
import type { Http } from "./clients/http.ts";
import { configure, read } from "./clients/others.ts";
import { silence } from "./clients/silences.ts";
import { sourceOf, TENANTS, type Scenario } from "./scenario.ts";
import { Draw } from "./world/events.ts";

export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Returns the instants at which something new begins: good moments for a fault. */
export function addTraffic(
  http: Http,
  scenario: Scenario,
  during: Span & { readonly draw: Draw; readonly endMs: number },
): readonly number[] {
  const { draw, endMs } = during;
  const startsMs: number[] = [];
  const start = (): number => {
    const atMs = draw.between(during.fromMs, during.untilMs - 15_000);
    startsMs.push(atMs);
    return atMs;
  };
  for (const tenant of TENANTS) {
    for (let at = 0; at < 4; at += 1)
      addResent(http, { tenant, group: `P${at}` }, { draw, startMs: start() });
    for (let at = 0; at < 4; at += 1) {
      const startMs = start();
      const end = draw.chance(0.4) ? undefined : startMs + draw.between(3_000, 25_000);
      postOnce(http, { tenant, group: `O${at}`, instance: "0" }, { startMs, endMs: end });
    }
    for (let at = 0; at < 3; at += 1) {
      addSilenced(http, { tenant, group: `S${at}` }, { draw, atMs: start() - 10_000 });
    }
    for (let at = 0; at < 2; at += 1)
      addInhibited(http, { tenant, group: `I${at}` }, { draw, startMs: start() });
  }
  const readers = new Draw(draw.seed());
  read(http, TENANTS, { draw: readers, untilMs: endMs });
  for (const tenant of scenario.configured) {
    const options = { draw: new Draw(draw.seed()), untilMs: during.untilMs };
    configure(http, tenant, { ...options, repeatMs: scenario.repeatMs });
  }
  if (scenario.episodes) addEpisodes(http, { ...during, draw: new Draw(draw.seed()) });
  return startsMs;
}

/** Alerts that end, are told as ended or not, and fire again soon, while their last posts would be valid still. */
function addEpisodes(http: Http, during: Span & { readonly draw: Draw }): void {
  const { draw } = during;
  for (const tenant of TENANTS) {
    for (let at = 0; at < 4; at += 1) {
      const alert = { tenant, group: `R${at}`, instance: "0" };
      const lives: Life[] = [];
      for (let startMs = draw.between(during.fromMs, during.fromMs + 15_000); ;) {
        const endMs = startMs + draw.between(3_000, 14_000);
        if (endMs > during.untilMs) break;
        lives.push({ startMs, endMs });
        startMs = endMs + draw.between(1_500, 9_000);
      }
      resendEpisodes(http, alert, lives);
    }
  }
}

interface Where {
  readonly tenant: TenantId;
  readonly group: string;
}

/** Up to three alerts of one group from senders like Prometheus; some senders just vanish. */
function addResent(
  http: Http,
  where: Where,
  { draw, startMs }: { draw: Draw; startMs: number },
): void {
  const endMs = draw.chance(0.5) ? undefined : startMs + draw.between(3_000, 25_000);
  const diesMutely = draw.chance(0.3);
  for (let inst = 0; inst < draw.int(1, 4); inst += 1) {
    const life = { startMs: startMs + draw.between(0, 2_000), endMs, diesMutely };
    resend(http, { ...where, instance: String(inst) }, life);
  }
}

/** An alert that comes soon after its silence was acknowledged. */
function addSilenced(http: Http, where: Where, { draw, atMs }: { draw: Draw; atMs: number }): void {
  const startMs = Math.max(atMs, http.nowMs);
  const endMs = draw.chance(0.5) ? startMs + draw.between(8_000, 14_000) : undefined;
  const leadMs = draw.pick([50, 400, 1_500]);
  const onYes = (): void => {
    const life = { startMs: http.nowMs + leadMs, endMs: undefined };
    postOnce(http, { ...where, instance: "0" }, life);
  };
  silence(http, where, { startMs, endMs, onYes });
}

/** An alert that comes soon after the one that inhibits it was acknowledged. */
function addInhibited(
  http: Http,
  where: Where,
  { draw, startMs }: { draw: Draw; startMs: number },
): void {
  const endMs = draw.chance(0.5) ? startMs + draw.between(8_000, 20_000) : undefined;
  const leadMs = draw.pick([50, 400, 1_500]);
  const source = { tenant: where.tenant, group: sourceOf(where.group), instance: "0" };
  const onYes = (): void => {
    const life = { startMs: http.nowMs + leadMs, endMs: undefined };
    postOnce(http, { ...where, instance: "0" }, life);
  };
  postOnce(http, source, { startMs, endMs, onYes });
}
