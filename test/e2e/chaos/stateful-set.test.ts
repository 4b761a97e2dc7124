import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../servers/index.ts";
import { StatefulSet, type Management, type Replica } from "./stateful-set.ts";

/** A pod without a process: it is ready, and ended, when the test says so. */
class FakePod implements Replica {
  readonly name: string;
  isRunning = false;
  #ended = Promise.withResolvers<void>();
  readonly #log: string[];
  readonly #isReady: () => boolean;

  constructor(name: string, log: string[], isReady: () => boolean) {
    this.name = name;
    this.#log = log;
    this.#isReady = isReady;
  }

  async launch(): Promise<void> {
    this.#log.push(`launch ${this.name}`);
    this.isRunning = true;
    this.#ended = Promise.withResolvers();
  }

  async ready(): Promise<void> {
    await eventually(`${this.name} is ready`, this.#isReady);
    this.#log.push(`ready ${this.name}`);
  }

  async ended(): Promise<void> {
    await this.#ended.promise;
  }

  async kill(): Promise<void> {
    this.exit();
  }

  async terminate(): Promise<void> {
    this.#log.push(`term ${this.name}`);
    await Promise.resolve();
    this.#log.push(`end ${this.name}`);
    this.exit();
  }

  async wipe(): Promise<void> {
    this.#log.push(`wipe ${this.name}`);
  }

  exit(): void {
    this.isRunning = false;
    this.#ended.resolve();
  }
}

describe("StatefulSet", () => {
  let log: string[];
  let set: StatefulSet<FakePod>;
  let isReady: () => boolean;
  const open = (management: Management, keepsVolumes = true): void => {
    set = new StatefulSet({
      podOf: async (ordinal) => new FakePod(String(ordinal), log, () => isReady()),
      management,
      keepsVolumes,
      restartDelayMs: 0,
    });
  };
  beforeEach(() => {
    log = [];
    isReady = () => true;
  });
  afterEach(() => set.close());

  it("scales one after the other when it is ordered, the highest first when it shrinks", async () => {
    open("ordered");
    await set.scale(3);
    expect(log.join(" ")).toBe("launch 0 ready 0 launch 1 ready 1 launch 2 ready 2");
    log.length = 0;
    await set.scale(1);
    expect(log.join(" ")).toBe("term 2 end 2 term 1 end 1");
    expect(set.pods.map(({ name }) => name)).toEqual(["0"]);
  });

  it("scales all at once when it is parallel", async () => {
    open("parallel");
    isReady = () => log.filter((line) => line.startsWith("launch")).length === 3;
    await set.scale(3);
    log.length = 0;
    await set.scale(1);
    expect(log.join(" ")).toBe("term 2 term 1 end 2 end 1");
  });

  it("rolls out the highest first, the next when that is ready, and without volumes if so", async () => {
    open("parallel", false);
    await set.scale(2);
    log.length = 0;
    await set.rollOut();
    const each = (name: string): string =>
      `term ${name} end ${name} wipe ${name} launch ${name} ready ${name}`;
    expect(log.join(" ")).toBe(`${each("1")} ${each("0")}`);
  });

  it("starts again what ends by itself, as often as it does", async () => {
    open("parallel");
    await set.scale(1);
    for (let count = 2; count <= 3; count += 1) {
      set.pod(0).exit();
      const launches = (): number => log.filter((line) => line === "launch 0").length;
      await eventually(`launch ${count}`, () => launches() === count && set.pod(0).isRunning);
    }
  });

  it("leaves alone what it lost or ended on purpose, until it recovers", async () => {
    open("parallel");
    await set.scale(3);
    const [first, second, third] = set.pods as [FakePod, FakePod, FakePod]; // Three of them.
    await set.lose(first);
    await set.terminate(second);
    log.length = 0;
    third.exit();
    // By then the others would have been started too.
    await eventually("the third runs again", () => third.isRunning);
    expect(log).toEqual(["launch 2"]);
    expect(set.running).toEqual([third]);
    await set.recover(first, second);
    expect(set.running).toHaveLength(3);
  });

  it("starts nothing any more when it is closed", async () => {
    open("parallel");
    await set.scale(1);
    await set.close();
    await expect(set.recover(set.pod(0))).rejects.toThrow("all is being ended");
  });
});
