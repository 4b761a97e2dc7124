/** What is written down of a run. All times are milliseconds since its start. */

/** How an alert is sent: again and again to everybody, or once to somebody. */
export type SenderKind = "resent" | "one-shot";

/** One life of one alert: it fires, and perhaps it ends. */
export interface Episode {
  readonly tenant: string | undefined;
  /** Its alert name, which no other tenant uses. */
  readonly group: string;
  /** Label `instance`: tells the alerts of one group apart. */
  readonly instance: string;
  readonly kind: SenderKind;
  readonly startAtMs: number;
  readonly endAtMs: number | undefined;
  /** The first yes to the firing alert, and to its end. */
  firingAckAtMs: number | undefined;
  endAckAtMs: number | undefined;
}

export interface SilenceLife {
  readonly tenant: string | undefined;
  readonly group: string;
  readonly atMs: number;
  readonly expireAtMs: number | undefined;
  id: string | undefined;
  ackAtMs: number | undefined;
  /** When its end was asked for the first time, and when somebody said yes. */
  expireAskedAtMs: number | undefined;
  expireAckAtMs: number | undefined;
}

/** One alert in a message. */
export interface ToldAlert {
  readonly instance: string;
  readonly status: "firing" | "resolved";
  readonly startAtMs: number;
}

/** One request that a receiver got. */
export interface Delivery {
  readonly atMs: number;
  /** When the receiver said yes; undefined if it did not. */
  readonly acceptedAtMs: number | undefined;
  /** Name of the instance that sent it. */
  readonly sender: string;
  readonly group: string;
  readonly alerts: readonly ToldAlert[];
}

export type FaultKind = "kill" | "stop" | "cut" | "weather" | "receiver" | "planned";

/** Something done on purpose. `planned`: restarts and scaling, which excuse nothing. */
export interface Fault {
  readonly kind: FaultKind;
  readonly what: string;
  /** Names of the instances; empty: all. */
  readonly targets: readonly string[];
  readonly fromMs: number;
  toMs: number | undefined;
}

/** What one instance showed in the end. */
export interface Reading {
  readonly instance: string;
  readonly tenant: string | undefined;
  /** `group/instance` of the active alerts. */
  readonly alerts: ReadonlySet<string>;
  /** State by ID. */
  readonly silences: ReadonlyMap<string, string>;
}

/** Requests that a scenario made to see whether they are answered. */
export interface Probe {
  readonly kind: "silences" | "lists" | "other";
  readonly what: string;
  asked: number;
  /** What it is about went wrong so often: refused, empty, not complete. */
  wrong: number;
  /** The longest that an answer took. */
  slowestMs: number;
  /** The first few, for people. */
  readonly examples: string[];
}

export interface History {
  readonly episodes: readonly Episode[];
  readonly silences: readonly SilenceLife[];
  readonly deliveries: readonly Delivery[];
  readonly faults: readonly Fault[];
  readonly readings: readonly Reading[];
  readonly probes: readonly Probe[];
  readonly endAtMs: number;
}
