/** Traffic: senders that re-send, senders that send once and insist, silences, and readers. */
import type { PostedAlert } from "@tocsin/domain/alert";
import { labelSetFromRecord, type TenantId } from "@tocsin/domain/model";
import type { TenantApi } from "@tocsin/engine/api";
import { type AlertWrite, type ClientAlert, type ClientSilence, type History } from "./history.ts";
import { checkRead } from "./checkers/reads.ts";
import type { Draw } from "./world/events.ts";
import { trueWallMs } from "./world/sim-process.ts";
import type { World } from "./world/world.ts";

const RESEND_MS = 2_000;
const RESEND_VALID_MS = 8_000;
const RESOLVED_RESENT_MS = 15_000;
const ONE_SHOT_VALID_MS = 3_600_000;
const INSIST_MS = 300;
const END_LAG_MS = 1_000;
const CLIENT_TIMEOUT_MS = 5_000;
const SILENCE_MS = 1_800_000;
const READ_MS = 700;

export class Clients {
  readonly #world: World;
  readonly #history: History;
  readonly #draw: Draw;
  /** After this nothing new begins; what insists goes on. */
  readonly #untilMs: number;

  constructor(world: World, history: History, options: { draw: Draw; untilMs: number }) {
    this.#world = world;
    this.#history = history;
    this.#draw = options.draw;
    this.#untilMs = options.untilMs;
  }

  get nowMs(): number {
    return this.#world.events.nowMs;
  }

  /** An alert that is re-sent while it fires, and for a while after it has ended. */
  prometheus(alert: Named, life: Life): void {
    const client: ClientAlert = { ...alert, kind: "prometheus", writes: [] };
    this.#history.alerts.push(client);
    const { events } = this.#world;
    let startsAtMs: number | undefined;
    const tick = (): void => {
      const nowMs = trueWallMs(events);
      startsAtMs ??= nowMs;
      const isOver = life.endMs !== undefined && events.nowMs >= life.endMs;
      if (isOver && events.nowMs > life.endMs + RESOLVED_RESENT_MS) return;
      const endsAtMs = isOver ? nowMs - (events.nowMs - life.endMs) : nowMs + RESEND_VALID_MS;
      this.#post(client, { firing: !isOver, startsAtMs, endsAtMs: Math.round(endsAtMs) }, () => {});
      events.after(RESEND_MS, tick);
    };
    events.after(life.startMs - events.nowMs, tick);
  }

  /** An alert that is posted once when it fires and once when it ends, until somebody says yes. */
  oneShot(alert: Named, life: Life): void {
    const client: ClientAlert = { ...alert, kind: "one-shot", writes: [] };
    this.#history.alerts.push(client);
    const { events } = this.#world;
    events.after(life.startMs - events.nowMs, () => {
      const startsAtMs = trueWallMs(events);
      const endsAtMs = startsAtMs + ONE_SHOT_VALID_MS;
      this.#insist(client, { firing: true, startsAtMs, endsAtMs }, () => {
        if (life.endMs === undefined) return;
        events.after(life.endMs - events.nowMs, () => {
          // Judged ended a moment ago, so that no owner's clock finds the end still to come.
          const end = trueWallMs(events) - END_LAG_MS;
          this.#insist(client, { firing: false, startsAtMs, endsAtMs: end }, () => {});
        });
      });
    });
  }

  /** A silence, `then` when it is acknowledged, and perhaps its end. */
  silence(
    what: { readonly tenant: TenantId; readonly group: string },
    life: Life,
    then: () => void,
  ): void {
    const { events } = this.#world;
    const silence: ClientSilence = {
      ...what,
      id: undefined,
      createBeganMs: undefined,
      createAckedMs: undefined,
      expireBeganMs: undefined,
      expireAckedMs: undefined,
    };
    this.#history.silences.push(silence);
    events.after(life.startMs - events.nowMs, () => {
      this.#createSilence(silence, () => {
        then();
        const { endMs } = life;
        if (endMs !== undefined) {
          events.after(endMs - events.nowMs, () => this.#expireSilence(silence));
        }
      });
    });
  }

  /** Reads all the time, from anybody, and checks what it gets. */
  reader(tenants: readonly TenantId[]): void {
    const { events } = this.#world;
    const tick = (): void => {
      const tenant = this.#draw.pick(tenants);
      const beganMs = events.nowMs;
      const work = (api: TenantApi, signal: AbortSignal): Promise<void> =>
        api.read(tenant, { strict: false }, signal).then((result) => {
          this.#history.readCount += 1;
          if (result.have >= result.need)
            checkRead(this.#history, { tenant, beganMs, nowMs: events.nowMs }, result);
        });
      this.#request(work, () => {
        if (events.nowMs < this.#untilMs) events.after(READ_MS, tick);
      });
    };
    events.after(READ_MS, tick);
  }

  #insist(client: ClientAlert, what: Written, done: () => void): void {
    this.#post(client, what, (isAcked) => {
      if (isAcked) done();
      else this.#world.events.after(INSIST_MS, () => this.#insist(client, what, done));
    });
  }

  #post(client: ClientAlert, what: Written, done: (isAcked: boolean) => void): void {
    const { events } = this.#world;
    const write: AlertWrite = {
      ...what,
      number: client.writes.length + 1,
      beganMs: events.nowMs,
      ackedMs: undefined,
      failedMs: undefined,
    };
    client.writes.push(write);
    const posted = postedAlert(client, write);
    this.#request(
      async (api, signal) => {
        const { errors } = await api.postAlerts(client.tenant, [posted], signal);
        if (errors.length > 0) throw new Error(`Refused as invalid: ${errors.join("; ")}`);
      },
      (failure, by) => {
        if (failure === undefined) write.ackedMs = events.nowMs;
        else write.failedMs = events.nowMs;
        if (failure !== undefined) this.#refused("alerts", write.beganMs, { by, why: failure });
        done(failure === undefined);
      },
    );
  }

  #createSilence(silence: ClientSilence, done: () => void): void {
    const { events } = this.#world;
    const beganMs = events.nowMs;
    silence.createBeganMs ??= beganMs;
    const startsAtMs = trueWallMs(events);
    const draft = {
      id: "",
      matcherSets: [[{ type: "=" as const, name: "alertname", value: silence.group }]],
      startsAtMs,
      endsAtMs: startsAtMs + SILENCE_MS,
      createdBy: "client",
      comment: silence.group,
      annotations: {},
    };
    this.#request(
      async (api, signal) => {
        silence.id = await api.putSilence(silence.tenant, draft, signal);
      },
      (failure, by) => {
        if (failure === undefined) {
          silence.createAckedMs = events.nowMs;
          done();
          return;
        }
        silence.id = undefined;
        this.#refused("silence", beganMs, { by, why: failure });
        events.after(INSIST_MS, () => this.#createSilence(silence, done));
      },
    );
  }

  #expireSilence(silence: ClientSilence): void {
    const { events } = this.#world;
    const beganMs = events.nowMs;
    silence.expireBeganMs ??= beganMs;
    this.#request(
      (api, signal) => api.expireSilence(silence.tenant, silence.id ?? "", signal),
      (failure, by) => {
        if (failure === undefined) {
          silence.expireAckedMs = events.nowMs;
          return;
        }
        this.#refused("expire", beganMs, { by, why: failure });
        events.after(INSIST_MS, () => this.#expireSilence(silence));
      },
    );
  }

  #refused(
    what: "alerts" | "silence" | "expire",
    beganMs: number,
    how: { readonly by: string; readonly why: string },
  ): void {
    this.#history.refusals.push({ what, beganMs, endedMs: this.#world.events.nowMs, ...how });
  }

  /** One HTTP request to a machine that seems to run. `done` gets a text when it failed. */
  #request(
    work: (api: TenantApi, signal: AbortSignal) => Promise<void>,
    done: (failure: string | undefined, by: string) => void,
  ): void {
    const { events, machines } = this.#world;
    // A stopped process still accepts connections; only a dead one refuses them.
    const alive = machines.filter(({ process }) => process.state !== "dead");
    if (alive.length === 0) {
      events.after(INSIST_MS, () => done("nobody there", ""));
      return;
    }
    const { id, process, instance } = this.#draw.pick(alive);
    const abort = new AbortController();
    let isDone = false;
    const finish = (failure: string | undefined): void => {
      if (isDone) return;
      isDone = true;
      abort.abort(new Error("the client is gone"));
      done(failure, id);
    };
    events.after(CLIENT_TIMEOUT_MS, () => finish("timeout"));
    events.after(this.#draw.between(0.2, 3), () => {
      if (process.state === "dead") finish("connection refused");
      process.receive(() => {
        void Promise.resolve()
          .then(() => {
            if (instance === undefined || !instance.readiness().ready) throw new Error("not ready");
            return work(instance.api, abort.signal);
          })
          .then(
            () => this.#answer(() => finish(undefined)),
            (error: unknown) => this.#answer(() => finish(String(error))),
          );
      });
    });
  }

  /** An answer that has been written arrives even if the process dies right after. */
  #answer(run: () => void): void {
    this.#world.events.after(this.#draw.between(0.2, 3), run);
  }
}

export interface Named {
  readonly tenant: TenantId;
  readonly group: string;
  readonly instance: string;
}

/** In true time of the world; without an end it goes on. */
export interface Life {
  readonly startMs: number;
  readonly endMs: number | undefined;
}

interface Written {
  readonly firing: boolean;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

function postedAlert(client: ClientAlert, write: AlertWrite): PostedAlert {
  const instant = (ms: number): { ms: number; subNs: number; offsetMin: number } => ({
    ms: Math.round(ms),
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
