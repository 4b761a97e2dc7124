/** Who will send what and when, drawn from a seed: the oracle knows the input because it is written here. */
import type { Draw } from "../../sim/world/events.ts";
import type { Episode, SenderKind, SilenceLife } from "./history.ts";

export interface TrafficPlan {
  readonly episodes: readonly Episode[];
  readonly silences: readonly SilenceLife[];
}

export interface TrafficOptions {
  readonly tenants: readonly (string | undefined)[];
  /** New things begin within this time. */
  readonly forMs: number;
}

interface Group {
  readonly tenant: string | undefined;
  readonly name: string;
  readonly kind: SenderKind;
}

const RESENT_GROUPS = 10;
const ONE_SHOT_GROUPS = 8;
const SILENCED_GROUPS = 4;

/**
 * About 25 groups: alerts that are sent again and again, alerts that are sent once, some that end and
 * fire again, and some that are silenced first, half of which are told when their silence is expired.
 */
export function planTraffic(draw: Draw, { tenants, forMs }: TrafficOptions): TrafficPlan {
  const episodes: Episode[] = [];
  const silences: SilenceLife[] = [];
  const group = (name: string, kind: SenderKind): Group => {
    const tenant = oneOf(draw, tenants);
    return { tenant, kind, name: tenant === undefined ? name : `${name}-${tenant}` };
  };
  const begin = (share: number): number => draw.between(0, forMs * share);
  for (let number = 0; number < RESENT_GROUPS; number += 1) {
    const atMs = begin(0.7);
    const lives = [undefined, undefined, draw.between(12e3, 18e3), draw.between(3e3, 6e3)];
    const lifeMs = oneOf(draw, lives);
    const of = group(`Resent${number}`, "resent");
    for (let instance = draw.int(1, 5); instance > 0; instance -= 1) {
      const startAtMs = atMs + draw.between(0, 3e3);
      episodes.push(episode(of, instance, { startAtMs, lifeMs }));
    }
  }
  for (let number = 0; number < ONE_SHOT_GROUPS; number += 1) {
    const startAtMs = begin(0.7);
    const lifeMs = oneOf(draw, [undefined, draw.between(12e3, 18e3)]);
    const of = group(`OneShot${number}`, "one-shot");
    for (let instance = draw.int(1, 4); instance > 0; instance -= 1) {
      episodes.push(episode(of, instance, { startAtMs, lifeMs }));
    }
  }
  for (const [number, pauseMs] of [2e3, 9e3, 9e3].entries()) {
    const of = group(`Flapping${number}`, draw.pick(["resent", "one-shot"]));
    const startAtMs = begin(0.1);
    episodes.push(episode(of, 1, { startAtMs, lifeMs: 12e3 }));
    episodes.push(episode(of, 1, { startAtMs: startAtMs + 12e3 + pauseMs, lifeMs: 14e3 }));
  }
  for (let number = 0; number < SILENCED_GROUPS; number += 1) {
    const of = group(`Silenced${number}`, draw.pick(["resent", "one-shot"]));
    const atMs = begin(0.5);
    const expireAtMs = number % 2 === 0 ? undefined : atMs + draw.between(9e3, 13e3);
    silences.push(silence(of, atMs, expireAtMs));
    const startAtMs = atMs + draw.between(500, 2e3);
    episodes.push(episode(of, 1, { startAtMs, lifeMs: undefined }));
  }
  return { episodes, silences };
}

/** The next life of the same alert. */
export function nextOf(episode: Episode, episodes: readonly Episode[]): Episode | undefined {
  return episodes.find(
    ({ group, instance, startAtMs }) =>
      group === episode.group && instance === episode.instance && startAtMs > episode.startAtMs,
  );
}

/** Any of these, also if it is `undefined`. */
export function oneOf<T>(draw: Draw, items: readonly T[]): T {
  return items[draw.int(0, items.length)] as T; // Within.
}

/** One alert; what happens to it is not known yet. */
export function episode(
  group: Group,
  instance: number,
  times: { readonly startAtMs: number; readonly lifeMs: number | undefined },
): Episode {
  // Whole milliseconds, as in what is sent.
  const startAtMs = Math.round(times.startAtMs);
  return {
    tenant: group.tenant,
    group: group.name,
    instance: String(instance),
    kind: group.kind,
    startAtMs,
    endAtMs: times.lifeMs === undefined ? undefined : Math.round(startAtMs + times.lifeMs),
    firingAckAtMs: undefined,
    endAckAtMs: undefined,
  };
}

/** One silence; what happens to it is not known yet. */
export function silence(group: Group, atMs: number, expireAtMs: number | undefined): SilenceLife {
  return {
    tenant: group.tenant,
    group: group.name,
    atMs,
    expireAtMs,
    id: undefined,
    ackAtMs: undefined,
    expireAskedAtMs: undefined,
    expireAckAtMs: undefined,
  };
}
