/** Every duration of the protocol, in ms (PROTOCOL 12). */
export interface Timings {
  /** `--rpc.ping-interval`. */
  readonly pingIntervalMs: number;
  /** `--rpc.suspect-timeout`: silence of a peer, in own running time, until turns pass it by. */
  readonly suspectTimeoutMs: number;
  /** How old the last echo may be for a first byte to leave. */
  readonly sendLeaseMs: number;
  /** A gap of the loop that counts as a stop of the process. */
  readonly pauseLimitMs: number;
  readonly claimCallMs: number;
  readonly claimRetryMs: number;
  /** `--rpc.turn-grace`: what each position waits for those before it. */
  readonly turnGraceMs: number;
  /** One attempt at a receiver. */
  readonly attemptLimitMs: number;
  /** A grant ends this long after its last claim, whatever its holder says. */
  readonly grantLimitMs: number;
  /** `--rpc.minority-wait`: what a cut-off instance waits after the tick before it speaks alone. */
  readonly minorityWaitMs: number;
  /** So long the first message of an alert waits at most for the yes to its write. */
  readonly confirmationWaitMs: number;
  readonly writeDeadlineMs: number;
  readonly readDeadlineMs: number;
  /** `--ring.heartbeat-interval`. */
  readonly heartbeatIntervalMs: number;
  /** A heartbeat younger than this shows a live instance. */
  readonly heartbeatFreshMs: number;
  /** `--ring.heartbeat-timeout`. */
  readonly heartbeatTimeoutMs: number;
  /** `--ring.catch-up-timeout`: how long nobody answers before snapshots are read instead. */
  readonly catchUpTimeoutMs: number;
  readonly digestIntervalMs: number;
  /** How often all tenants are compared, changed or not. */
  readonly digestAllIntervalMs: number;
  /** What an instance that finds the ring store empty waits before it founds a cluster (A22). */
  readonly foundingWaitMs: number;
  readonly storeCallMs: number;
  /** `--state.snapshot-interval`. */
  readonly snapshotIntervalMs: number;
  /** A snapshot follows a change of silences after this. */
  readonly silenceSnapshotDelayMs: number;
  readonly leaveBudgetMs: number;
  /** Of that so much for others to leave first. */
  readonly drainLeaseWaitMs: number;
  /** While half of the members seem dead nothing is concluded for so long (PROTOCOL 3). */
  readonly massDeathHoldMs: number;
  /** State of others' tenants is kept this long after its owners have confirmed it. */
  readonly foreignKeepMs: number;
  /** Snapshots of replicas that own the tenant no more are kept this long. */
  readonly goneReplicaKeepMs: number;
  /** How often what may be forgotten is looked for. */
  readonly maintenanceIntervalMs: number;
}

export const DEFAULT_TIMINGS: Timings = {
  pingIntervalMs: 500,
  suspectTimeoutMs: 2_500,
  sendLeaseMs: 1_500,
  pauseLimitMs: 1_000,
  claimCallMs: 1_000,
  claimRetryMs: 250,
  turnGraceMs: 1_000,
  attemptLimitMs: 30_000,
  grantLimitMs: 35_000,
  minorityWaitMs: 20_000,
  confirmationWaitMs: 3_000,
  writeDeadlineMs: 4_000,
  readDeadlineMs: 2_000,
  heartbeatIntervalMs: 1_000,
  heartbeatFreshMs: 2_000,
  heartbeatTimeoutMs: 30_000,
  catchUpTimeoutMs: 30_000,
  digestIntervalMs: 5_000,
  digestAllIntervalMs: 60_000,
  foundingWaitMs: 3_000,
  storeCallMs: 1_000,
  snapshotIntervalMs: 60_000,
  silenceSnapshotDelayMs: 2_000,
  leaveBudgetMs: 25_000,
  drainLeaseWaitMs: 15_000,
  massDeathHoldMs: 300_000,
  foreignKeepMs: 600_000,
  goneReplicaKeepMs: 86_400_000,
  maintenanceIntervalMs: 60_000,
};

/** Relations that must hold between the durations; each broken one as a sentence for the operator. */
export function brokenTimingRelations(t: Timings): readonly string[] {
  const rules: readonly (readonly [boolean, string])[] = [
    [
      t.suspectTimeoutMs >= 5 * t.pingIntervalMs,
      "--rpc.suspect-timeout must be at least five times --rpc.ping-interval",
    ],
    [
      t.suspectTimeoutMs + t.sendLeaseMs < 5_000,
      "--rpc.suspect-timeout must be below 3.5s, or failover takes longer than 5s",
    ],
    [
      t.sendLeaseMs <= t.suspectTimeoutMs - 2 * t.pingIntervalMs,
      "--rpc.suspect-timeout must exceed the send lease of 1.5s by two --rpc.ping-interval",
    ],
    [t.pauseLimitMs < t.sendLeaseMs, "the pause limit must be below the send lease"],
    [
      t.claimCallMs < t.suspectTimeoutMs,
      "--rpc.suspect-timeout must be above the claim call of 1s",
    ],
    [t.turnGraceMs > t.pingIntervalMs, "--rpc.turn-grace must be above --rpc.ping-interval"],
    [t.grantLimitMs > t.attemptLimitMs, "the grant limit must be above the attempt limit"],
    [
      t.minorityWaitMs > 2 * t.suspectTimeoutMs,
      "--rpc.minority-wait must be above twice --rpc.suspect-timeout",
    ],
    [
      t.heartbeatFreshMs >= 2 * t.heartbeatIntervalMs && t.heartbeatFreshMs < t.suspectTimeoutMs,
      "--ring.heartbeat-interval must be at most 1s and below half of --rpc.suspect-timeout",
    ],
    [
      t.heartbeatTimeoutMs >= 10 * t.heartbeatIntervalMs,
      "--ring.heartbeat-timeout must be at least ten times --ring.heartbeat-interval",
    ],
    [
      t.foundingWaitMs >= 3 * t.heartbeatIntervalMs,
      "the founding wait of 3s must be at least three times --ring.heartbeat-interval",
    ],
  ];
  return rules.filter(([holds]) => !holds).map(([, sentence]) => sentence);
}
