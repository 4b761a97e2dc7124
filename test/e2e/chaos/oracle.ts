/**
 * Holds what the receivers heard against what they had to hear. Everything that is owed follows from the
 * input: which alert began and ended when, who said yes to that, and which faults there were.
 *
 * A *change* (an alert begins, or one that was told ends) is owed if somebody said yes to it and it lasted
 * longer than the bound: group_wait, one group_interval, a turn for each position, some slack, all over
 * again from the end of a fault that lies in between. It is *lost* if it was never told, *late* if after
 * the bound. What fires again before its end was told is not new to anybody. A message is a *duplicate*
 * if the same alerts in the same states were accepted before.
 */
import type { Delivery, Episode, Fault, History, SilenceLife, ToldAlert } from "./history.ts";
import { nextOf } from "./plan.ts";

export interface Bounds {
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  /** For all positions together. */
  readonly turnsMs: number;
}

/** Beside what is counted, examples say what it was. */
export interface Verdict {
  readonly owed: number;
  readonly lost: number;
  readonly late: number;
  /** Messages that were accepted. */
  readonly told: number;
  readonly duplicates: number;
  /** Of them, those whose first sender was killed, stopped or cut off around the receiver's yes. */
  readonly explainedDuplicates: number;
  /** Firing after resolved, of the same start. */
  readonly contradictions: number;
  /** Resolved while it was still sent as firing. */
  readonly falseResolves: number;
  /** Told as firing a second after a silence was acknowledged, and before its end was asked for. */
  readonly silencedTold: number;
  /** Acknowledged alerts and silences that in the end nobody shows as they should be. */
  readonly lostWrites: number;
  /** … that somebody shows, and not everybody. */
  readonly partlyLostWrites: number;
  /** From the yes to the first message of a group, milliseconds; undefined if there was none. */
  readonly delayP50Ms: number | undefined;
  readonly delayMaxMs: number | undefined;
  readonly examples: readonly string[];
}

const SLACK_MS = 5_000;
/** What it takes to notice that a fault is over. */
const RECOVERY_MS = 6_000;
/** Around a sender's death the message that it was sending may come again. */
const AROUND_BEFORE_MS = 500;
const AROUND_AFTER_MS = 1_000;
const SILENCE_GRACE_MS = 1_000;

type Count = Exclude<keyof Verdict, "examples" | "delayP50Ms" | "delayMaxMs">;

/** One alert as it was told, in one message. */
interface Telling extends ToldAlert {
  readonly atMs: number;
}

/** Judges one run. */
export function judge(history: History, bounds: Bounds): Verdict {
  return new Judgement(history, bounds).verdict();
}

class Judgement {
  readonly #history: History;
  readonly #bounds: Bounds;
  readonly #accepted: readonly Delivery[];
  readonly #tellings = new Map<string, Telling[]>();
  readonly #counts = new Map<Count, number>();
  readonly #examples: string[] = [];
  readonly #delaysMs: number[] = [];

  constructor(history: History, bounds: Bounds) {
    this.#history = history;
    this.#bounds = bounds;
    this.#accepted = history.deliveries
      .filter(({ acceptedAtMs }) => acceptedAtMs !== undefined)
      .toSorted((one, other) => one.atMs - other.atMs);
    for (const { atMs, group, alerts } of this.#accepted) {
      for (const alert of alerts) {
        const key = keyOf(group, alert);
        const tellings = this.#tellings.get(key) ?? [];
        tellings.push({ ...alert, atMs });
        this.#tellings.set(key, tellings);
      }
    }
  }

  verdict(): Verdict {
    for (const episode of this.#history.episodes) this.#judgeEpisode(episode);
    this.#judgeDuplicates();
    for (const silence of this.#history.silences) this.#judgeSilence(silence);
    this.#judgeDelays();
    this.#judgeReadings();
    const count = (name: Count): number => this.#counts.get(name) ?? 0;
    const sorted = this.#delaysMs.toSorted((one, other) => one - other);
    return {
      owed: count("owed"),
      lost: count("lost"),
      late: count("late"),
      told: this.#accepted.length,
      duplicates: count("duplicates"),
      explainedDuplicates: count("explainedDuplicates"),
      contradictions: count("contradictions"),
      falseResolves: count("falseResolves"),
      silencedTold: count("silencedTold"),
      lostWrites: count("lostWrites"),
      partlyLostWrites: count("partlyLostWrites"),
      delayP50Ms: sorted[Math.floor((sorted.length - 1) / 2)],
      delayMaxMs: sorted.at(-1),
      examples: this.#examples,
    };
  }

  #add(count: Count, example?: string): void {
    this.#counts.set(count, (this.#counts.get(count) ?? 0) + 1);
    if (example !== undefined) this.#examples.push(`${count}: ${example}`);
  }

  #judgeEpisode(episode: Episode): void {
    const tellings = this.#tellings.get(keyOf(episode.group, episode)) ?? [];
    const name = `${episode.group}/${episode.instance}`;
    const firstResolved = tellings.find(({ status }) => status === "resolved");
    if (firstResolved !== undefined) {
      const { atMs } = firstResolved;
      if (atMs < (episode.endAtMs ?? Infinity)) {
        this.#add("falseResolves", `${name} at ${seconds(atMs)}`);
      }
      const again = tellings.find((one) => one.atMs > atMs && one.status === "firing");
      if (again !== undefined) {
        this.#add("contradictions", `${name} at ${seconds(atMs)}, ${seconds(again.atMs)}`);
      }
    }
    this.#judgeFiring(episode, tellings);
    this.#judgeEnd(episode, tellings);
  }

  #judgeFiring(episode: Episode, tellings: readonly Telling[]): void {
    const fromMs = this.#owedFromMs(episode);
    if (fromMs === undefined || this.#isBelieved(episode, fromMs)) return;
    // Who was told before the silence knows it already.
    const firstMs = tellings.find(({ status }) => status === "firing")?.atMs;
    const untilMs = Math.min(episode.endAtMs ?? Infinity, this.#history.endAtMs);
    this.#owe({ what: `${episode.group}/${episode.instance} firing`, fromMs, untilMs, firstMs });
  }

  /** It ended and came back before anybody was told of the end: who has heard that it fires believes it still. */
  #isBelieved({ group, instance, startAtMs }: Episode, atMs: number): boolean {
    const before = this.#accepted.flatMap((delivery) =>
      delivery.group === group && delivery.atMs <= atMs
        ? delivery.alerts.filter((alert) => alert.instance === instance)
        : [],
    );
    const last = before.at(-1);
    return last?.status === "firing" && last.startAtMs < startAtMs;
  }

  #judgeEnd(episode: Episode, tellings: readonly Telling[]): void {
    const { endAtMs, endAckAtMs } = episode;
    const firing = tellings.find(({ status }) => status === "firing");
    const isSilenced = this.#history.silences.some(({ group }) => group === episode.group);
    if (endAtMs === undefined || endAckAtMs === undefined || !firing || isSilenced) return;
    const next = nextOf(episode, this.#history.episodes);
    this.#owe({
      what: `${episode.group}/${episode.instance} resolved`,
      fromMs: Math.max(endAckAtMs, firing.atMs),
      untilMs: Math.min(next?.startAtMs ?? Infinity, this.#history.endAtMs),
      firstMs: tellings.find(({ status }) => status === "resolved")?.atMs,
    });
  }

  #owe(change: {
    readonly what: string;
    readonly fromMs: number;
    readonly untilMs: number;
    /** When it was told for the first time. */
    readonly firstMs: number | undefined;
  }): void {
    const { what, fromMs, untilMs, firstMs } = change;
    const dueMs = dueAtMs(this.#history.faults, this.#bounds, fromMs);
    if (dueMs > untilMs) return;
    this.#add("owed");
    if (firstMs === undefined) this.#add("lost", `${what}, acknowledged at ${seconds(fromMs)}`);
    else if (firstMs > dueMs) this.#add("late", `${what} after ${seconds(firstMs - fromMs)}`);
  }

  /** From when on a receiver must learn that it fires; undefined: it need not. */
  #owedFromMs({ group, firingAckAtMs }: Episode): number | undefined {
    const silences = this.#history.silences.filter((one) => one.group === group);
    if (firingAckAtMs === undefined || silences.length === 0) return firingAckAtMs;
    const expiries = silences.map(({ expireAckAtMs }) => expireAckAtMs ?? Infinity);
    const fromMs = Math.max(firingAckAtMs, ...expiries);
    return Number.isFinite(fromMs) ? fromMs : undefined;
  }

  #judgeDuplicates(): void {
    const seen = new Map<string, Delivery>();
    for (const delivery of this.#accepted) {
      const alerts = delivery.alerts.map(
        (alert) => `${keyOf(delivery.group, alert)} ${alert.status}`,
      );
      const key = alerts.toSorted().join();
      const former = seen.get(key);
      seen.set(key, delivery);
      if (former === undefined) continue;
      const cause = explanationOf(this.#history.faults, former, delivery);
      const senders = [former, delivery].map(({ sender, atMs }) => `${sender} ${seconds(atMs)}`);
      this.#add(
        "duplicates",
        `${delivery.group} by ${senders.join(", ")}: ${cause ?? "unexplained"}`,
      );
      if (cause !== undefined) this.#add("explainedDuplicates");
    }
  }

  #judgeSilence({ group, ackAtMs, expireAskedAtMs }: SilenceLife): void {
    if (ackAtMs === undefined) return;
    for (const { atMs, alerts, ...delivery } of this.#accepted) {
      if (delivery.group !== group || atMs < ackAtMs + SILENCE_GRACE_MS) continue;
      if (atMs >= (expireAskedAtMs ?? Infinity)) continue;
      if (alerts.some(({ status }) => status === "firing")) {
        this.#add("silencedTold", `${group} at ${seconds(atMs)} by ${delivery.sender}`);
      }
    }
  }

  /** The first message of a group is the one that no group_interval can hold up. */
  #judgeDelays(): void {
    const groups = Map.groupBy(this.#history.episodes, ({ group }) => group);
    for (const [group, episodes] of groups) {
      const isSilenced = this.#history.silences.some((silence) => silence.group === group);
      const first = this.#accepted.find((delivery) => delivery.group === group);
      const acks = episodes.flatMap(({ firingAckAtMs }) => firingAckAtMs ?? []);
      if (isSilenced || first === undefined || acks.length === 0) continue;
      this.#delaysMs.push(Math.max(0, first.atMs - Math.min(...acks)));
    }
  }

  #judgeReadings(): void {
    for (const episode of this.#history.episodes) {
      if (episode.firingAckAtMs === undefined || episode.endAtMs !== undefined) continue;
      const name = `${episode.group}/${episode.instance}`;
      this.#judgeWrite(episode.tenant, name, (reading) => reading.alerts.has(name));
    }
    for (const { tenant, group, id, ackAtMs, ...silence } of this.#history.silences) {
      if (id === undefined || ackAtMs === undefined) continue;
      // An end that nobody has said yes to may have happened or not.
      const isOpen = silence.expireAskedAtMs !== undefined && silence.expireAckAtMs === undefined;
      const wanted = silence.expireAckAtMs === undefined ? "active" : "expired";
      this.#judgeWrite(tenant, `silence of ${group}, ${wanted}`, ({ silences }) => {
        const state = silences.get(id);
        return isOpen ? state !== undefined : state === wanted;
      });
    }
  }

  #judgeWrite(
    tenant: string | undefined,
    what: string,
    isKept: (reading: History["readings"][number]) => boolean,
  ): void {
    const readings = this.#history.readings.filter((reading) => reading.tenant === tenant);
    const missing = readings.filter((reading) => !isKept(reading));
    if (missing.length === 0) return;
    if (missing.length === readings.length) this.#add("lostWrites", what);
    else {
      const names = missing.map(({ instance }) => instance).join(" ");
      this.#add("partlyLostWrites", `${what}: not at ${names}`);
    }
  }
}

/** By when a change that was acknowledged at `fromMs` must have been told. */
export function dueAtMs(faults: readonly Fault[], bounds: Bounds, fromMs: number): number {
  const allowedMs = bounds.groupWaitMs + bounds.groupIntervalMs + bounds.turnsMs + SLACK_MS;
  let dueMs = fromMs + allowedMs;
  for (const fault of faults.toSorted((one, other) => one.fromMs - other.fromMs)) {
    if (fault.kind === "planned") continue;
    const overMs = (fault.toMs ?? Infinity) + RECOVERY_MS;
    if (fault.fromMs <= dueMs && overMs > fromMs) dueMs = Math.max(dueMs, overMs + allowedMs);
  }
  return dueMs;
}

/** Why a message came again, if a fault of its first sender explains it. */
function explanationOf(
  faults: readonly Fault[],
  former: Delivery,
  delivery: Delivery,
): string | undefined {
  const acceptedAtMs = former.acceptedAtMs ?? former.atMs;
  const hits = (fault: Fault): boolean => {
    const isItself = fault.targets.length === 0 || fault.targets.includes(former.sender);
    switch (fault.kind) {
      case "kill":
      case "stop":
        return (
          isItself &&
          fault.fromMs >= former.atMs - AROUND_BEFORE_MS &&
          fault.fromMs <= acceptedAtMs + AROUND_AFTER_MS
        );
      // While it lasts, and until it is noticed that it is over.
      case "cut":
        return (
          fault.fromMs <= delivery.atMs && (fault.toMs ?? Infinity) + RECOVERY_MS >= former.atMs
        );
      case "weather":
      case "receiver":
      case "planned":
        return false;
    }
  };
  return faults.find(hits)?.what;
}

function keyOf(
  group: string,
  { instance, startAtMs }: { readonly instance: string; readonly startAtMs: number },
): string {
  return `${group}/${instance}@${startAtMs}`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
