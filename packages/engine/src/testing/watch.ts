import type { InstanceId } from "@tocsin/domain/model";
import { DEFAULT_TIMINGS } from "../cluster/timings.ts";
import { Liveness } from "../cluster/liveness.ts";
import type { Ping } from "../peer/index.ts";
import { RunningTime } from "../time/index.ts";
import { ManualClock } from "./manual-clock.ts";

// Branded texts are made at the edges of the program, and a test is one.
export function idOf(text: string): InstanceId {
  return text as InstanceId;
}

export const OWN: InstanceId = idOf("am-1");
export const OTHER: InstanceId = idOf("am-2");
export const THIRD: InstanceId = idOf("am-3");
export const OWN_INCARNATION = 7;

const BEAT_MS = 100;

/** One instance that watches two others, with the pings written by hand. */
export class Watch {
  readonly clock: ManualClock = new ManualClock();
  readonly running: RunningTime = new RunningTime(this.clock, {
    beatMaxMs: DEFAULT_TIMINGS.pingIntervalMs,
    pauseLimitMs: DEFAULT_TIMINGS.pauseLimitMs,
  });
  readonly liveness: Liveness = new Liveness(this, DEFAULT_TIMINGS);
  /** What `liveness` said, in order. */
  readonly events: string[] = [];
  /** Who was answered at once. */
  readonly news: InstanceId[] = [];
  memberChanges = 0;
  readonly #numbers = new Map<InstanceId, number>();

  constructor() {
    this.liveness.setPeers([OTHER, THIRD]);
    this.liveness.events = {
      onChange: (id, suspected) => this.events.push(`${id} ${suspected ? "suspected" : "trusted"}`),
      onMembers: () => {
        this.memberChanges += 1;
      },
      onNews: (id) => this.news.push(id),
      onGone: (id) => this.events.push(`${id} gone`),
    };
  }

  /** Draws a number for a ping to this peer, as if one had been sent. */
  send(id: InstanceId): number {
    const peer = this.liveness.peer(id);
    if (peer === undefined) throw new Error(`${id} is not watched`);
    return this.liveness.drawNumber(peer);
  }

  /** A ping of this peer comes in: the next one, of its first incarnation, without an echo. */
  hear(id: InstanceId, part: Partial<Ping> = {}): boolean {
    const number = part.number ?? (this.#numbers.get(id) ?? 0) + 1;
    this.#numbers.set(id, number);
    const ping: Ping = {
      from: id,
      incarnation: 1,
      number,
      echo: 0,
      echoIncarnation: OWN_INCARNATION,
      heldMs: 0,
      viewVersion: 1,
      wallMs: this.clock.wallMs(),
      stampUs: 0,
      catchingUp: false,
      draining: false,
      impaired: false,
      below: 0,
      openClaims: [],
      ...part,
    };
    return this.liveness.heardPing(ping, { incarnation: OWN_INCARNATION });
  }

  /** Both ways work: a ping goes out, and the peer's next one echoes it. */
  exchange(...ids: readonly InstanceId[]): void {
    for (const id of ids) this.hear(id, { echo: this.send(id) });
  }

  /** Time passes with this instance awake, in steps of a beat; `each` runs after each of them. */
  pass(ms: number, each: () => void = () => {}): void {
    for (let leftMs = ms; leftMs > 0; leftMs -= BEAT_MS) {
      this.clock.jump(Math.min(BEAT_MS, leftMs));
      this.running.beat();
      this.liveness.judgeAll();
      each();
    }
  }
}
