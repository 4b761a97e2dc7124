import { describe, expect, it } from "vitest";
import { ALWAYS_HEARD } from "@tocsin/domain/alert";
import { atOnce, type Steps } from "@tocsin/foundation";
import {
  ask,
  HOUR_MS,
  MINUTE_MS,
  post,
  routeOf,
  SECOND_MS,
  settingsOf,
  silenceOf,
  START_MS,
  tell,
  tenantOf,
  type Labels,
} from "./fixture.ts";
import type { DecideInput } from "./decide.ts";
import type { Tenant } from "./tenant.ts";
import type { DueFlush } from "./types.ts";

const COUNT = 1_500;
const TICK_MS = START_MS + MINUTE_MS;
const HOSTS: readonly Labels[] = Array.from({ length: COUNT }, (_, at) => ({
  alertname: "X",
  host: `h${at}`,
}));
const LASTING = { nowMs: START_MS, endsAtMs: START_MS + 9 * HOUR_MS };

interface World {
  readonly tenant: Tenant;
  readonly flush: DueFlush;
  readonly question: DecideInput;
}

/** A large group whose first tick has come. */
function world(hosts: readonly Labels[] = HOSTS): World {
  const tenant = tenantOf();
  post(tenant, LASTING, ...hosts);
  return asked(tenant, TICK_MS);
}

function asked(tenant: Tenant, nowMs: number): World {
  const [flush] = tenant.takeDue(nowMs).flushes;
  const [key] = flush?.keys ?? [];
  if (flush === undefined || key === undefined) throw new Error("Nothing is due");
  const { groupId, tickMs } = flush;
  return {
    tenant,
    flush,
    question: { groupId, key: key.key, tickMs, nowMs, heard: ALWAYS_HEARD },
  };
}

/** Does the steps, with something done by others after each of them. */
function disturbed<T>(steps: Steps<T>, disturb: (step: number) => void): T {
  for (let count = 1; ; count += 1) {
    const step = steps.next();
    if (step.done === true) return step.value;
    disturb(count);
  }
}

function end({ tenant }: World, nowMs: number, ...hosts: readonly Labels[]): void {
  post(tenant, { nowMs, endsAtMs: nowMs }, ...hosts);
}

function silence({ tenant }: World, host: string): void {
  tenant.merge({ silences: [silenceOf({ host }, START_MS, { id: host })] }, TICK_MS);
}

/** Writes into the log that all was told that is owed. */
function tellAll({ tenant, flush, question }: World): void {
  const decision = tenant.decide(question);
  const [key] = flush.keys;
  if (decision.kind === "nothing" || key === undefined) throw new Error("Nothing is owed");
  tell(tenant, flush, { key, told: decision.told });
}

describe("Tenant.deciding() of a large group", () => {
  it("lets others have turns, and decides what one act would decide", () => {
    const { tenant, question } = world();
    const steps = [...tenant.deciding(question)];
    expect(steps.length).toBeGreaterThan(5);
    const decision = tenant.decide(question);
    if (decision.kind !== "send") throw new Error(decision.kind);
    expect(decision.job.alerts).toHaveLength(COUNT);
    expect(decision.told.firing).toEqual(decision.told.firing.toSorted());
    expect(decision.told.news).toHaveLength(COUNT);
    expect([...tenant.foreseeing(question)].length).toBeGreaterThan(1);
  });

  it.each([
    {
      name: "alerts end",
      disturb: (here: World, step: number) => end(here, TICK_MS, ...HOSTS.slice(0, step)),
    },
    {
      name: "alerts come",
      disturb: ({ tenant }: World, step: number) => {
        post(tenant, TICK_MS, { alertname: "X", host: `new${step}` });
      },
    },
    {
      name: "somebody else tells it all",
      disturb: (here: World, step: number) => {
        if (step === 1) tellAll(here);
      },
    },
    {
      name: "alerts leave the group",
      disturb: (here: World, step: number) => {
        if (step > 1) return;
        const { tenant, flush, question } = here;
        tellAll(here);
        end(here, TICK_MS, ...HOSTS);
        tellAll(here);
        tenant.finishKey({ ...flush, key: question.key, result: "told" });
        expect(tenant.groupCount).toBe(0);
      },
    },
  ])("decides on the state of its beginning although $name", ({ disturb }) => {
    const here = world();
    const atFirst = here.tenant.decide(here.question);
    const decision = disturbed(here.tenant.deciding(here.question), (step) => disturb(here, step));
    expect(decision).toEqual(atFirst);
    expect(here.tenant.decide(here.question)).not.toEqual(atFirst);
  });

  it("decides on the state with a silence that comes while it judges", () => {
    const here = world();
    const decision = disturbed(here.tenant.deciding(here.question), (step) => {
      if (step === 2) silence(here, "h7");
    });
    expect(decision).toEqual(here.tenant.decide(here.question));
    if (decision.kind !== "send") throw new Error(decision.kind);
    expect(decision.job.alerts).toHaveLength(COUNT - 1);
  });

  it("comes to an end in slices although silences come all the time", () => {
    const here = world();
    let stepCount = 0;
    const decision = disturbed(here.tenant.deciding(here.question), (step) => {
      if (step < 20) silence(here, `h${step}`);
      stepCount = step;
    });
    expect(stepCount).toBeGreaterThan([...here.tenant.deciding(here.question)].length + 2);
    if (decision.kind !== "send") throw new Error(decision.kind);
    const silencedCount = COUNT - decision.job.alerts.length;
    expect(silencedCount).toBeGreaterThan(0);
    expect(silencedCount).toBeLessThan(20);
  });

  it("has nothing to say once a reload has taken the group away while it was judged", () => {
    const { tenant, question } = world();
    const decision = disturbed(tenant.deciding(question), (step) => {
      if (step === 1) tenant.setSettings(settingsOf({}, { groupBy: ["host"] }), TICK_MS);
    });
    expect(decision).toEqual({ kind: "nothing", why: "gone" });
  });

  it("counts what is kept back once, however often it begins anew", () => {
    const here = world();
    silence(here, "h1");
    let count = 0;
    const onSuppressed = (_: string, alertCount: number): void => void (count += alertCount);
    disturbed(here.tenant.foreseeing({ ...here.question, onSuppressed }), (step) => {
      if (step === 2) silence(here, "h2");
    });
    expect(count).toBe(2);
  });
});

const MANY: readonly Labels[] = Array.from({ length: 4_500 }, (_, at) => ({
  alertname: "X",
  host: `h${at}`,
}));

/** A group of which all have ended, and everybody was told so. */
function toldEnded(): World {
  const here = world(MANY);
  tellAll(here);
  const later = TICK_MS + 5 * MINUTE_MS;
  end(here, later - SECOND_MS, ...MANY);
  const again = asked(here.tenant, later);
  tellAll(again);
  return again;
}

function shownCount({ tenant, question }: World): number {
  return tenant.memberCount(question.groupId);
}

describe("Tenant.finishing() of a large group", () => {
  function finishing({ tenant, flush, question }: World): Steps<void> {
    return tenant.finishing({ ...flush, key: question.key, result: "told" });
  }

  it("lets those go that have ended, and the group with the last of them", () => {
    const here = toldEnded();
    expect([...finishing(here)].length).toBeGreaterThan(1);
    expect(here.tenant.groupCount).toBe(0);
  });

  it("keeps who was sent again meanwhile", () => {
    const here = toldEnded();
    let isSent = false;
    disturbed(finishing(here), () => {
      const isUnderWay = shownCount(here) < MANY.length;
      if (isSent || !isUnderWay) return;
      isSent = true;
      post(here.tenant, { ...LASTING, nowMs: here.question.nowMs }, MANY.at(-1)!);
    });
    expect(shownCount(here)).toBe(1);
    expect(ask(here.tenant, here.flush)).toMatchObject({ kind: "send" });
  });

  it("keeps who is left when somebody was told something meanwhile", () => {
    const here = toldEnded();
    let isTold = false;
    disturbed(finishing(here), () => {
      const count = shownCount(here);
      if (isTold || count === MANY.length || count === 0) return;
      isTold = true;
      const entry = here.tenant.logEntry(here.question.key)!;
      const versionUs = entry.versionUs + 1;
      here.tenant.merge({ log: [{ ...entry, versionUs }] }, here.question.nowMs);
    });
    expect(isTold).toBe(true);
    expect(shownCount(here)).toBeGreaterThan(0);
    atOnce(finishing(here));
    expect(here.tenant.groupCount).toBe(0);
  });
});

describe("Tenant.beginSettings() with a large group", () => {
  function reloading(here: World, disturb: (step: number) => void): number | undefined {
    const { tenant, question } = here;
    const next = settingsOf({}, { routes: [routeOf({ receiver: "pair", groupBy: ["other"] })] });
    const change = tenant.beginSettings(
      { ...next, root: settingsOf().root, receivers: next.receivers },
      question.nowMs,
    );
    if (change === undefined) throw new Error("Nothing is to be changed");
    let count = 0;
    for (const _ of change.steps()) disturb((count += 1));
    change.finish(question.nowMs);
    return tenant.groupDueMs(question.groupId);
  }

  it("hastens no group because its alerts were told while it was judged", () => {
    const due = reloading(world(), () => {});
    expect(due).toBeGreaterThan(TICK_MS + MINUTE_MS);
    for (const stepsLeft of [1, 2, 3, 5, 8]) {
      const here = world();
      const dueMs = reloading(here, (step) => {
        if (step === COUNT + stepsLeft) tellAll(here);
      });
      expect(dueMs).toBe(due);
    }
  });
});
