import { describe, expect, it } from "vitest";
import { labelSetFromRecord, type TenantId } from "@tocsin/domain/model";
import { configOf, post, routeOf, settingsOf, silenceOf, TENANT } from "../tenant/fixture.ts";
import { SettingsCache } from "../tenant/settings.ts";
import { Bench } from "../testing/bench.ts";
import { Owner } from "../testing/owner.ts";
import { viewOf } from "../testing/documents.ts";
import { START_MS } from "../testing/manual-clock.ts";
import { idOf, OTHER, OWN, THIRD } from "../testing/watch.ts";
import { Distributor } from "./distributor.ts";

const live = (): AbortSignal => new AbortController().signal;
const STRICT = { strict: true };
const LOOSE = { strict: false };

describe("Distributor.read()", () => {
  it("shows what any one owner of a quorum holds, and keeps it (read repair)", async () => {
    const bench = new Bench();
    const silence = silenceOf({ alertname: "a" }, START_MS);
    bench.other.fleet.merge(TENANT, { silences: [silence] });
    const { reader, have, need } = await new Distributor(bench.deps).read(TENANT, STRICT, live());
    expect(have).toBeGreaterThanOrEqual(need);
    expect(reader.silences()).toEqual([silence]);
    expect(bench.own.fleet.get(TENANT)?.silence(silence.id)).toBeUndefined();
    bench.own.fleet.open(TENANT);
    await new Distributor(bench.deps).read(TENANT, STRICT, live());
    expect(bench.own.fleet.get(TENANT)?.silence(silence.id)).toBeDefined();
  });

  it("sends what one owner lacks to it, whether or not this instance owns the tenant", async () => {
    for (const owners of [
      [OWN, OTHER, THIRD],
      [OTHER, THIRD, idOf("am-4")],
    ]) {
      const bench = new Bench();
      bench.view = viewOf(owners);
      const [first, second] = ["a", "b"].map((name, at) => {
        return { ...silenceOf({ alertname: name }, START_MS), id: `silence-${at}` };
      });
      bench.own.fleet.open(TENANT);
      bench.other.fleet.merge(TENANT, { silences: [first!] });
      bench.third.fleet.merge(TENANT, { silences: [second!] });
      await new Distributor(bench.deps).read(TENANT, LOOSE, live());
      await bench.clock.advance(5_000);
      for (const owner of [bench.other, bench.third]) {
        expect(owner.fleet.get(TENANT)?.fullState().silences).toHaveLength(2);
      }
    }
  });

  it("does not count a copy that has not caught up, the own one included", async () => {
    const bench = new Bench();
    bench.isCaughtUp = false;
    bench.other.isCaughtUp = false;
    const { have, need } = await new Distributor(bench.deps).read(TENANT, LOOSE, live());
    expect([have, need]).toEqual([1, 2]);
  });

  it("needs of the owners to come only that they know no newer view (ADR 0024)", async () => {
    const bench = new Bench();
    const fourth = new Owner(idOf("am-4"), bench.clock);
    fourth.isCaughtUp = false;
    bench.up(fourth);
    bench.view = viewOf([OWN, OTHER, THIRD], { target: [fourth.id] });
    const read = async (): Promise<boolean> => {
      const { have, need } = await new Distributor(bench.deps).read(TENANT, LOOSE, live());
      return have >= need;
    };
    expect(await read()).toBe(true);
    bench.isCaughtUp = false;
    bench.other.isCaughtUp = false;
    expect(await read()).toBe(false);
    bench.isCaughtUp = true;
    expect(await read()).toBe(true);
    bench.gone(fourth);
    expect(await read()).toBe(false);
  });

  it("gives what there is after two seconds without a quorum, and says so", async () => {
    const bench = new Bench();
    bench.stopped(bench.other);
    bench.stopped(bench.third);
    post(bench.own.fleet.open(TENANT), START_MS, { alertname: "a" });
    const reading = new Distributor(bench.deps).read(TENANT, LOOSE, live());
    await bench.clock.advance(2_000);
    const { have, need } = await reading;
    expect([have, need]).toEqual([1, 2]);
  });

  it("is refused instead when it is asked to be strict", async () => {
    const bench = new Bench();
    bench.gone(bench.other, bench.third);
    await expect(new Distributor(bench.deps).read(TENANT, STRICT, live())).rejects.toMatchObject({
      code: "unavailable",
      message: "Read refused: 1 of 2 needed owners answered",
    });
  });

  it("makes no tenant by being asked for one", async () => {
    const bench = new Bench();
    await new Distributor(bench.deps).read("nobody" as TenantId, LOOSE, live());
    for (const owner of [bench.own, bench.other, bench.third]) expect(owner.fleet.size).toBe(0);
  });

  it("ends with its signal", async () => {
    const bench = new Bench();
    bench.stopped(bench.other);
    bench.stopped(bench.third);
    const control = new AbortController();
    const reading = new Distributor(bench.deps).read(TENANT, LOOSE, control.signal);
    control.abort(new Error("client went away"));
    await expect(reading).rejects.toThrow("client went away");
  });
});

describe("Distributor.postAlerts()", () => {
  it("stores what is valid and says what is not, in order", async () => {
    const bench = new Bench();
    const { errors } = await new Distributor(bench.deps).postAlerts(
      TENANT,
      [posted({ alertname: "a" }), posted({}), posted({ alertname: "b" })],
      live(),
    );
    expect(errors).toHaveLength(1);
    expect(bench.other.stamps(TENANT)).toHaveLength(2);
  });

  it("stores in portions, with turns of others between, what takes long to find its routes", async () => {
    const bench = new Bench();
    const matcher = { type: "=~" as const, name: "host", value: "(a|b)*[c-e]{900}" };
    const dear = settingsOf({}, { routes: [routeOf({ matchers: [matcher] })] });
    const alerts = Array.from({ length: 60 }, (_, at) =>
      posted({ host: `${at}`.padEnd(100, "-") }),
    );
    const distributor = new Distributor(bench.deps);
    await distributor.postAlerts(TENANT, alerts, live());
    expect([bench.turnCount, bench.confirmed.length]).toEqual([0, 1]);
    void bench.own.fleet.setFallback(dear);
    await distributor.postAlerts(TENANT, [posted({}), ...alerts], live());
    expect(bench.other.stamps(TENANT)).toHaveLength(60);
    // Each takes as long as 180 of others: two are a portion, and a turn has room for two portions.
    expect(bench.confirmed.length).toBeGreaterThan(20);
    expect(bench.turnCount).toBeGreaterThan(10);
  });

  it("takes nothing for a tenant without a configuration", async () => {
    const bench = new Bench();
    void bench.own.fleet.setFallback(undefined);
    const distributor = new Distributor(bench.deps);
    await expect(
      distributor.postAlerts(TENANT, [posted({ alertname: "a" })], live()),
    ).rejects.toMatchObject({ code: "not-found" });
  });

  it("asks the owners for the settings of a tenant that is not owned here, and keeps them 5 s", async () => {
    const bench = new Bench();
    bench.view = viewOf([OTHER, THIRD, idOf("am-4")]);
    bench.transport.answers.set(idOf("am-4"), (request) => bench.other.answer(request));
    const distributor = new Distributor(bench.deps);
    const reads = (): number => bench.transport.kindsTo("read").length;
    await distributor.postAlerts(TENANT, [posted({ alertname: "a" })], live());
    expect(reads()).toBe(3);
    bench.clock.jump(4_999);
    await distributor.postAlerts(TENANT, [posted({ alertname: "a" })], live());
    expect(reads()).toBe(3);
    bench.clock.jump(1);
    await distributor.postAlerts(TENANT, [posted({ alertname: "a" })], live());
    expect(reads()).toBe(6);
    expect(bench.own.fleet.size).toBe(0);
  });

  it("sends nothing that was read before a stop, when settings were asked for meanwhile (I17)", async () => {
    const bench = new Bench();
    bench.view = viewOf([OTHER, THIRD, idOf("am-4")]);
    bench.transport.answers.set(idOf("am-4"), (request) => {
      bench.pauses += 1;
      return bench.other.answer(request);
    });
    const distributor = new Distributor(bench.deps);
    await expect(
      distributor.postAlerts(TENANT, [posted({ alertname: "a" })], live()),
    ).rejects.toThrow("could not be stamped in time");
    expect(bench.transport.kindsTo("write-alerts")).toEqual([]);
  });

  it("is refused while this instance takes no writes", async () => {
    const bench = new Bench();
    bench.refusal = "This instance was stopped";
    const distributor = new Distributor(bench.deps);
    await expect(distributor.postAlerts(TENANT, [], live())).rejects.toThrow("was stopped");
  });
});

describe("Distributor.getConfig()", () => {
  it("tells a tenant without one from a quorum that cannot be asked", async () => {
    const bench = new Bench();
    const distributor = new Distributor(bench.deps);
    await expect(distributor.getConfig(TENANT, live())).rejects.toMatchObject({
      code: "not-found",
    });
    bench.gone(bench.other, bench.third);
    await expect(distributor.getConfig(TENANT, live())).rejects.toMatchObject({
      code: "unavailable",
      message: "Configuration not read: 1 of 2 needed owners answered",
    });
  });

  it("shows what was put", async () => {
    const bench = new Bench();
    const distributor = new Distributor(bench.deps);
    const write = { text: "route: one", templates: {}, expectedVersion: undefined };
    await distributor.putConfig(TENANT, write, live());
    const { record } = await distributor.getConfig(TENANT, live());
    expect([record.version, record.text]).toEqual([1, "route: one"]);
  });
});

describe("Distributor.putConfig()", () => {
  it("stores changes of one tenant in their order, however long reading one takes", async () => {
    const bench = new Bench();
    const { promise: isRead, resolve: read } = Promise.withResolvers<void>();
    const settingsCache = new SettingsCache({
      parse: () => configOf(),
      parseSent: async ({ text }) => {
        if (text === "large") await isRead;
        return configOf();
      },
    });
    const distributor = new Distributor({ ...bench.deps, settingsCache });
    const put = (text: string, tenant = TENANT): Promise<{ readonly version: number }> =>
      distributor.putConfig(tenant, { text, templates: {}, expectedVersion: undefined }, live());
    const large = put("large");
    const deletion = distributor.deleteConfig(TENANT, live());
    const small = put("small");
    // Others do not wait for it.
    expect(await put("small", "team-b" as TenantId)).toMatchObject({ version: 1 });
    expect(await bench.store.readConfig(TENANT)).toBeUndefined();
    read();
    expect([(await large).version, await deletion, (await small).version]).toEqual([
      1,
      undefined,
      3,
    ]);
  });

  it("refuses what does not stand the check of what is sent, and stores nothing", async () => {
    const bench = new Bench();
    const settingsCache = new SettingsCache({
      parse: () => configOf(),
      checkSent: ({ source }) =>
        source.text === "wrong" ? Promise.reject(new Error("wrong")) : Promise.resolve(),
    });
    const distributor = new Distributor({ ...bench.deps, settingsCache });
    const write = { text: "wrong", templates: {}, expectedVersion: undefined };
    const refusal = { code: "invalid-argument", message: "wrong" };
    for (const _ of ["first", "known"]) {
      await expect(distributor.checkConfig(write)).rejects.toMatchObject(refusal);
      await expect(distributor.putConfig(TENANT, write, live())).rejects.toMatchObject(refusal);
    }
    expect(await bench.store.readConfig(TENANT)).toBeUndefined();
    await distributor.putConfig(TENANT, { ...write, text: "right" }, live());
  });

  it("goes on behind a change that was refused", async () => {
    const bench = new Bench();
    const distributor = new Distributor(bench.deps);
    const put = (text: string): Promise<{ readonly version: number }> =>
      distributor.putConfig(TENANT, { text, templates: {}, expectedVersion: undefined }, live());
    const refused = expect(put("broken")).rejects.toMatchObject({ code: "invalid-argument" });
    expect(await put("route: one")).toMatchObject({ version: 1 });
    await refused;
  });
});

function posted(
  labels: Readonly<Record<string, string>>,
): Parameters<Distributor["postAlerts"]>[1][number] {
  return { labels: labelSetFromRecord(labels), annotations: "{}", generatorUrl: "" };
}
