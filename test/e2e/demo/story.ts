import { setTimeout as delay } from "node:timers/promises";
import { WATCHED_TENANT, type Member } from "./cluster.ts";
import type { Ledger } from "./ledger.ts";
import type { Screen } from "./screen.ts";
import type { Sender } from "./sender.ts";

export interface Stage {
  readonly screen: Screen;
  readonly ledger: Ledger;
  readonly sender: Sender;
  readonly members: readonly Member[];
  /** Who sent the notification that came last. */
  readonly lastSender: () => Member | undefined;
  readonly signal: AbortSignal;
}

interface Shot {
  readonly tenant: string;
  readonly alert: string;
  /** Undefined: not silenced, or no longer. */
  silenceId: string | undefined;
}

const TENANTS = ["shop", "bank", "clinic"];
const SHOTS_PER_ACT = 16;
const SHOT_INTERVAL_MS = 600;
/** Every so many-th one-shot is silenced before it is sent. */
const SILENCE_EVERY = 5;
/** From the receiver's yes until its sender has recorded it with the others. */
const RECORDED_AFTER_MS = 250;
const ARRIVAL_TIMEOUT_MS = 2_000;
/** Detection of the dead one, a position's grace, and a busy machine. */
const TELL_TIMEOUT_MS = 25_000;
/** Time for a duplicate to show itself: longer than a group interval and the take-over of a turn. */
const QUIET_MS = 6_000;

/** The acts, one after another. Throws only when the demonstration itself cannot go on. */
export class Story {
  readonly #stage: Stage;
  readonly #shots: Shot[] = [];
  readonly #expired: { readonly tenant: string; readonly id: string }[] = [];

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async tell(): Promise<void> {
    const { screen, ledger } = this.#stage;
    ledger.expect({ tenant: WATCHED_TENANT, alert: "AlwaysFiring", status: "firing" });
    screen.step(
      "One-shot alerts and silences of three tenants, each to any instance",
      "Whoever takes it, the instances agree on one that tells; Prometheus tells all three of one alert.",
    );
    await this.#fire();
    await this.#killLastSender();
    screen.step(
      "It goes on with two of three",
      "A majority still holds everything: writes are taken, and the next in line tells.",
    );
    await this.#expireOneSilence();
    await this.#fire();
    await this.#untilTold();
    await this.#readBack();
    await this.#resolve();
    screen.step("Waiting for what comes too often", "A duplicate would show itself now.");
    await this.#pause(QUIET_MS);
  }

  async #fire(): Promise<void> {
    for (let count = 0; count < SHOTS_PER_ACT; count += 1) {
      const isSilenced = (this.#shots.length + 1) % SILENCE_EVERY === 0;
      if (isSilenced) await this.#shootSilenced();
      else await this.#shoot();
      await this.#pause(SHOT_INTERVAL_MS);
    }
  }

  /** With `first`, that instance is asked before others. */
  async #shoot(first?: Member): Promise<void> {
    const { sender, ledger } = this.#stage;
    const { tenant, alert } = this.#nextShot();
    await sender.fire(tenant, alert, first);
    ledger.expect({ tenant, alert, status: "firing" });
    this.#shots.push({ tenant, alert, silenceId: undefined });
  }

  async #shootSilenced(): Promise<void> {
    const { sender, screen } = this.#stage;
    const { tenant, alert } = this.#nextShot();
    const silenceId = await sender.silence(tenant, alert);
    screen.say(`${tenant} has silenced ${alert}: it must not be heard`);
    await sender.fire(tenant, alert);
    this.#shots.push({ tenant, alert, silenceId });
  }

  #nextShot(): { readonly tenant: string; readonly alert: string } {
    const number = this.#shots.length + 1;
    const tenant = TENANTS[number % TENANTS.length] as string; // The index is within.
    return { tenant, alert: `OneShot-${number}` };
  }

  /** Just after it has told something, and with more taken that it will never tell. */
  async #killLastSender(): Promise<void> {
    const { members, lastSender, screen, ledger } = this.#stage;
    const arrivedCount = ledger.arrivedCount;
    const giveUpAtMs = performance.now() + ARRIVAL_TIMEOUT_MS;
    while (ledger.arrivedCount === arrivedCount && performance.now() < giveUpAtMs) {
      await this.#pause(10);
    }
    await this.#pause(RECORDED_AFTER_MS);
    const victim = lastSender() ?? members[0];
    if (victim === undefined) return;
    for (const _ of TENANTS) await this.#shoot(victim);
    victim.isAlive = false;
    await victim.server.kill("SIGKILL");
    screen.step(
      `${victim.name}, which sent last, takes ${TENANTS.length} more alerts and is killed with kill -9`,
      "No good-bye, and nothing told of these: the others know of them and tell in its place.",
    );
  }

  async #expireOneSilence(): Promise<void> {
    const { sender, screen, ledger } = this.#stage;
    const shot = this.#shots.find(({ silenceId }) => silenceId !== undefined);
    if (shot?.silenceId === undefined) return;
    const { tenant, alert, silenceId } = shot;
    // The notification may come before the answer.
    ledger.expect({ tenant, alert, status: "firing" });
    await sender.expireSilence(tenant, silenceId);
    screen.say(`${tenant} has ended its silence of ${alert}: now it must be heard`);
    this.#expired.push({ tenant, id: silenceId });
    shot.silenceId = undefined;
  }

  async #untilTold(): Promise<void> {
    const { ledger, screen } = this.#stage;
    const giveUpAtMs = performance.now() + TELL_TIMEOUT_MS;
    while (ledger.outstandingCount > 0 && performance.now() < giveUpAtMs) await this.#pause(50);
    const { outstandingCount } = ledger;
    if (outstandingCount > 0) screen.warn(`${outstandingCount} notifications have not come`);
  }

  /** Every acknowledged write, asked of every instance that lives. */
  async #readBack(): Promise<void> {
    const { members, screen } = this.#stage;
    const living = members.filter(({ isAlive }) => isAlive);
    const names = living.map(({ name }) => name).join(" and ");
    screen.step(
      `Everything acknowledged is read back from ${names}`,
      "Also what the dead one took: it said yes only when others had it too.",
    );
    for (const member of living) for (const tenant of TENANTS) await this.#check(member, tenant);
    const silenceCount = this.#shots.filter((shot) => shot.silenceId !== undefined).length;
    screen.say(
      `${this.#shots.length} alerts, ${silenceCount + this.#expired.length} silences were looked for`,
    );
  }

  async #check(member: Member, tenant: string): Promise<void> {
    const { sender, ledger } = this.#stage;
    const alerts = await sender.alertsAt(member, tenant);
    const silences = await sender.silencesAt(member, tenant);
    for (const shot of this.#shots.filter((each) => each.tenant === tenant)) {
      if (!alerts.has(shot.alert)) ledger.lose(`${shot.alert} of ${tenant} at ${member.name}`);
      if (shot.silenceId === undefined || silences.get(shot.silenceId) === "active") continue;
      ledger.lose(`the silence of ${shot.alert} of ${tenant} at ${member.name}`);
    }
    for (const { id } of this.#expired.filter((each) => each.tenant === tenant)) {
      if (silences.get(id) !== "expired") ledger.lose(`the end of silence ${id} at ${member.name}`);
    }
  }

  async #resolve(): Promise<void> {
    const { sender, screen, ledger } = this.#stage;
    screen.step(
      "All one-shots are resolved",
      "Whoever heard that it fires hears that it is over; whoever did not, hears nothing.",
    );
    for (const { tenant, alert, silenceId } of this.#shots) {
      if (silenceId === undefined) ledger.expect({ tenant, alert, status: "resolved" });
      await sender.resolve(tenant, alert);
    }
    await this.#untilTold();
  }

  async #pause(delayMs: number): Promise<void> {
    await delay(delayMs, undefined, { signal: this.#stage.signal });
  }
}
