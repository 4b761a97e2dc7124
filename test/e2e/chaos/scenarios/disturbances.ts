/** Processes that die or stop, networks that fail, receivers that do not answer. */
import type { Fault } from "../history.ts";
import type { Pod } from "../pod.ts";
import type { Stage } from "../stage.ts";
import { mixed, mixedFor, RUN_MS, type Scenario } from "./scenario.ts";

const FIRST_FAULT_MS = 6_000;

export const DISTURBANCES: readonly Scenario[] = [
  {
    name: "calm",
    what: "nothing happens: the base line",
    replicas: 3,
    traffic: mixed,
    runMs: RUN_MS,
    run: async () => {},
  },
  {
    name: "kill-one",
    what: "kill -9 of the one who sent last; it never returns",
    replicas: 3,
    traffic: mixed,
    runMs: RUN_MS,
    run: async (stage) => {
      await stage.until(10_000);
      await lose(stage, [stage.lastSender()]);
    },
  },
  {
    name: "crash-loop",
    what: "each in turn: kill -9, started again with its volume",
    replicas: 3,
    traffic: mixedFor(44_000),
    runMs: 50_000,
    run: (stage) => crashEach(stage, "kept"),
  },
  {
    name: "crash-empty",
    what: "each in turn: kill -9, started again with an empty volume",
    replicas: 3,
    traffic: mixedFor(44_000),
    runMs: 50_000,
    run: (stage) => crashEach(stage, "lost"),
  },
  {
    name: "crash-all",
    what: "kill -9 of all at once; all are back with their volumes after 3 s",
    replicas: 3,
    traffic: mixed,
    runMs: RUN_MS,
    run: async (stage) => {
      await stage.until(14_000);
      const { pods } = stage.set;
      const fault = stage.fault("kill", "kill -9 of", pods);
      await stage.set.lose(...pods);
      await stage.pause(3_000);
      await stage.set.recover(...pods);
      stage.over(fault);
    },
  },
  {
    name: "kill-at-yes",
    what: "three times: kill -9 of the sender in the moment of the receiver's yes; back 3 s later",
    replicas: 3,
    traffic: mixed,
    runMs: RUN_MS,
    run: async (stage) => {
      for (const atMs of [6_000, 15_000, 24_000]) {
        await stage.until(atMs);
        const { pod, fault } = await killAtYes(stage);
        await stage.pause(3_000);
        await stage.set.recover(pod);
        stage.over(fault);
      }
    },
  },
  {
    name: "stop-short",
    what: "four times: SIGSTOP of the one who sent last, for 2 to 6 s",
    replicas: 3,
    traffic: mixed,
    runMs: RUN_MS,
    run: async (stage) => {
      await stage.until(FIRST_FAULT_MS);
      for (let round = 0; round < 4; round += 1) {
        await stop(stage, stage.lastSender(), stage.draw.between(2_000, 6_000));
        await stage.pause(3_000);
      }
    },
  },
  {
    name: "stop-long",
    what: "SIGSTOP of the one who sent last, for 20 s: declared dead, and back",
    replicas: 3,
    traffic: mixed,
    runMs: RUN_MS,
    run: async (stage) => {
      await stage.until(8_000);
      await stop(stage, stage.lastSender(), 20_000);
    },
  },
  {
    name: "partition",
    what: "the one who sent last is cut off from the others for 14 s; senders and receivers reach all",
    replicas: 3,
    disturbance: "cuts",
    traffic: mixed,
    runMs: RUN_MS,
    run: async (stage) => {
      await stage.until(8_000);
      const victim = stage.lastSender();
      await cut(stage, { from: [victim], to: stage.set.pods, isOneWay: false, forMs: 14_000 });
    },
  },
  {
    name: "one-way",
    what: "nothing that the one who sent last says reaches the others for 14 s; it hears them",
    replicas: 3,
    disturbance: "cuts",
    traffic: mixed,
    runMs: RUN_MS,
    run: async (stage) => {
      await stage.until(8_000);
      const victim = stage.lastSender();
      await cut(stage, { from: [victim], to: stage.set.pods, isOneWay: true, forMs: 14_000 });
    },
  },
  {
    name: "lossy",
    what: "between instances 10 % loss and 20 to 120 ms of delay, for 25 s",
    replicas: 3,
    disturbance: "weather",
    traffic: mixed,
    runMs: RUN_MS,
    run: async (stage) => {
      await stage.until(4_000);
      const fault = stage.fault("weather", "10 % loss, 20 to 120 ms of delay", []);
      stage.network.setWeather({ delayMs: 20, jitterMs: 100, loss: 0.1 });
      await stage.pause(25_000);
      stage.network.setWeather(undefined);
      stage.over(fault);
    },
  },
  {
    name: "slow-receiver",
    what: "the receiver takes 4 s for its yes, for 20 s",
    replicas: 3,
    traffic: mixed,
    runMs: RUN_MS,
    run: (stage) => misbehave(stage, "the receiver is slow", { delayMs: 4_000, status: 200 }),
  },
  {
    name: "failing-receiver",
    what: "the receiver answers 503 for 20 s",
    replicas: 3,
    traffic: mixed,
    runMs: RUN_MS,
    run: (stage) => misbehave(stage, "the receiver answers 503", { delayMs: 0, status: 503 }),
  },
];

/** kill -9 for good: what follows is judged from that moment on. */
export async function lose(stage: Stage, pods: readonly Pod[]): Promise<void> {
  const fault = stage.fault("kill", "kill -9 of", pods);
  await stage.set.lose(...pods);
  fault.toMs = fault.fromMs;
}

/** SIGSTOP for a while. */
export async function stop(stage: Stage, pod: Pod, forMs: number): Promise<void> {
  const fault = stage.fault("stop", "SIGSTOP of", [pod]);
  pod.stop();
  await stage.pause(forMs);
  pod.goOn();
  stage.over(fault);
}

/** kill -9, and started again: at once with its volume, or without. */
export async function crash(stage: Stage, pod: Pod, volume: "kept" | "lost"): Promise<void> {
  const fault = stage.fault("kill", `kill -9 (volume ${volume}) of`, [pod]);
  await stage.set.lose(pod);
  await stage.pause(stage.draw.between(1_000, 4_000));
  if (volume === "lost") await pod.wipe();
  await stage.set.recover(pod);
  stage.over(fault);
}

/** Nothing passes between the two sides for a while; or only what the second one says. */
export async function cut(
  stage: Stage,
  sides: {
    readonly from: readonly Pod[];
    readonly to: readonly Pod[];
    readonly isOneWay: boolean;
    readonly forMs: number;
  },
): Promise<void> {
  const fault = stage.fault(
    "cut",
    `cut off (${sides.isOneWay ? "one way" : "both ways"}):`,
    sides.from,
  );
  for (const from of sides.from) {
    for (const to of sides.to.filter((pod) => !sides.from.includes(pod))) {
      await stage.network.cut(from.ordinal, to.ordinal);
      if (!sides.isOneWay) await stage.network.cut(to.ordinal, from.ordinal);
    }
  }
  await stage.pause(sides.forMs);
  await stage.network.mend();
  stage.over(fault);
}

async function crashEach(stage: Stage, volume: "kept" | "lost"): Promise<void> {
  await stage.until(FIRST_FAULT_MS);
  for (const pod of stage.set.pods) {
    await crash(stage, pod, volume);
    await stage.pause(stage.draw.between(1_000, 3_000));
  }
}

/** Waits for the next yes; nothing is killed when none comes any more. */
async function killAtYes(stage: Stage): Promise<{ readonly pod: Pod; readonly fault: Fault }> {
  const { promise, resolve } = Promise.withResolvers<{ pod: Pod; fault: Fault }>();
  stage.sink.onAccepted = ({ sender }) => {
    const pod = stage.set.running.find(({ name }) => name === sender);
    if (pod === undefined) return;
    stage.sink.onAccepted = undefined;
    const fault = stage.fault("kill", "kill -9 at the receiver's yes to", [pod]);
    void stage.set.lose(pod).then(() => resolve({ pod, fault }));
  };
  return promise;
}

async function misbehave(
  stage: Stage,
  what: string,
  manner: { readonly delayMs: number; readonly status: number },
): Promise<void> {
  await stage.until(FIRST_FAULT_MS);
  const fault = stage.fault("receiver", what, []);
  stage.sink.behave(manner);
  await stage.pause(20_000);
  stage.sink.behave(undefined);
  stage.over(fault);
}
