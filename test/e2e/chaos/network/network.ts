/** Where the processes of a run live, and what passes between any two of them. */

/** What every packet between instances suffers. */
export interface Weather {
  readonly delayMs: number;
  /** Up to so much more, drawn for each packet. */
  readonly jitterMs: number;
  /** The share that is lost, 0 to 1. */
  readonly loss: number;
}

/** Addresses of one instance. Ports of peers are open for TCP, and for UDP where the program gossips. */
export interface Place {
  readonly host: string;
  readonly webPort: number;
  readonly peerPort: number;
  /** `host:port` under which other instances find its `peerPort`, which may be a relay's. */
  readonly advertised: string;
}

/** What a scenario does to the network: whoever does nothing needs no relays. */
export type Disturbance = "none" | "cuts" | "weather";

export interface NetworkPlan {
  readonly disturbance: Disturbance;
  /** Draws losses and jitter: uniform in [0, 1). */
  readonly random: () => number;
}

/** Senders, sinks and stores are at the hub, which nothing here disturbs. */
export interface Network {
  readonly kind: "namespaces" | "loopback";
  readonly hubHost: string;
  /** Room for the instance of this number; the same answer each time. */
  place(ordinal: number): Promise<Place>;
  /** The command that runs a command there. */
  wrap(ordinal: number, command: readonly string[]): readonly string[];
  /** Must be told of every process, else its connections cannot be told from those of others. */
  runs(ordinal: number, pid: number): void;
  /** From now on nothing that `from` sends reaches `to`, without any error on either side. */
  cut(from: number, to: number): Promise<void>;
  /** Ends all cuts. */
  mend(): Promise<void>;
  /** Between all instances, until it is called with `undefined`. Throws unless the plan said so. */
  setWeather(weather: Weather | undefined): void;
  close(): Promise<void>;
}
