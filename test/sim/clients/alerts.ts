/** Senders: those that re-send while an alert fires, and those that send once and insist. */
import type { PostedAlert } from "@tocsin/domain/alert";
import { labelSetFromRecord, type TenantId } from "@tocsin/domain/model";
import type { AlertWrite, ClientAlert } from "../history.ts";
import { trueWallMs } from "../world/sim-process.ts";
import type { Http, Work } from "./http.ts";

const RESEND_MS = 2_000;
/** Until then after each post an alert fires that is re-sent. */
export const RESEND_VALID_MS = 8_000;
const RESOLVED_RESENT_MS = 15_000;
const ONE_SHOT_VALID_MS = 3_600_000;

export interface Named {
  readonly tenant: TenantId;
  readonly group: string;
  readonly instance: string;
}

/** In true time of the world; without an end it goes on. */
export interface Life {
  readonly startMs: number;
  readonly endMs: number | undefined;
  /** The sender falls silent at the end instead of saying that the alert has ended. */
  readonly diesMutely?: boolean;
}

/** An alert that is re-sent while it fires, and for a while after it has ended. */
export function resend(http: Http, alert: Named, life: Life): void {
  const client = begin(http, alert);
  resendLife(http, client, { life, untilMs: Infinity });
}

/** The same for an alert that fires again and again; its sender tells of the last life that has begun. */
export function resendEpisodes(http: Http, alert: Named, lives: readonly Life[]): void {
  const client = begin(http, alert);
  for (const [at, life] of lives.entries()) {
    resendLife(http, client, { life, untilMs: lives[at + 1]?.startMs ?? Infinity });
  }
}

/** One more alert in the history, with nothing written to it. */
function begin({ history }: Http, alert: Named): ClientAlert {
  const { tenant, group, instance } = alert;
  const name = `alertname=${group},inst=${instance},tenant=${tenant}`;
  const client: ClientAlert = { name, tenant, group, instance, writes: [] };
  history.alerts.push(client);
  return client;
}

function resendLife(
  http: Http,
  client: ClientAlert,
  { life, untilMs }: { readonly life: Life; readonly untilMs: number },
): void {
  const { events } = http.world;
  let startsAtMs: number | undefined;
  const tick = (): void => {
    if (events.nowMs >= untilMs) return;
    const nowMs = trueWallMs(events);
    startsAtMs ??= Math.round(nowMs);
    const isOver = life.endMs !== undefined && events.nowMs >= life.endMs;
    if (isOver && life.diesMutely === true) return;
    if (isOver && events.nowMs > life.endMs + RESOLVED_RESENT_MS) return;
    const endedMs = isOver ? Math.max(events.nowMs - life.endMs, http.endLagMs) : 0;
    const endsAtMs = isOver ? nowMs - endedMs : nowMs + RESEND_VALID_MS;
    const one = post(http, client, { firing: !isOver, startsAtMs, endsAtMs });
    http.write("alerts", one, () => {});
    const untilEndMs = (life.endMs ?? Infinity) - events.nowMs;
    const isNear = http.endsAtOnce && untilEndMs > 0 && untilEndMs < RESEND_MS;
    events.after(isNear ? untilEndMs : RESEND_MS, tick);
  };
  http.at(life.startMs, tick);
}

/** An alert that is posted once when it fires and once when it ends, until somebody says yes. */
export function postOnce(
  http: Http,
  alert: Named,
  { onYes = () => {}, ...life }: Life & { readonly onYes?: () => void },
): void {
  const client = begin(http, alert);
  const { events } = http.world;
  http.at(life.startMs, () => {
    const startsAtMs = Math.round(trueWallMs(events));
    const endsAtMs = startsAtMs + ONE_SHOT_VALID_MS;
    const fires = (): Post => post(http, client, { firing: true, startsAtMs, endsAtMs });
    http.insist("alerts", fires, () => {
      onYes();
      const { endMs } = life;
      if (endMs === undefined) return;
      http.at(endMs, () => {
        const end = trueWallMs(events) - http.endLagMs;
        const ends = (): Post => post(http, client, { firing: false, startsAtMs, endsAtMs: end });
        http.insist("alerts", ends, () => {});
      });
    });
  });
}

interface Post {
  readonly write: AlertWrite;
  readonly work: Work;
}

function post(
  http: Http,
  client: ClientAlert,
  what: Pick<AlertWrite, "firing" | "startsAtMs" | "endsAtMs">,
): Post {
  const endsAtMs = Math.round(what.endsAtMs);
  const write: AlertWrite = { ...http.newWrite(client.writes.length), ...what, endsAtMs };
  client.writes.push(write);
  const work: Work = async (api, signal) => {
    const { errors } = await api.postAlerts(client.tenant, [postedAlert(client, write)], signal);
    if (errors.length > 0) throw new Error(`Refused as invalid: ${errors.join("; ")}`);
  };
  return { write, work };
}

function postedAlert(client: ClientAlert, write: AlertWrite): PostedAlert {
  const instant = (ms: number): NonNullable<PostedAlert["startsAt"]> => ({
    ms,
    subNs: 0,
    offsetMin: 0,
  });
  return {
    labels: labelSetFromRecord({
      alertname: client.group,
      inst: client.instance,
      tenant: client.tenant,
    }),
    annotations: JSON.stringify({ number: String(write.number) }),
    generatorUrl: "",
    startsAt: instant(write.startsAtMs),
    endsAt: instant(write.endsAtMs),
  };
}
