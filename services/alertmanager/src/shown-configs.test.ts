import type { TenantSettings } from "@tocsin/engine/tenant";
import { describe, expect, it } from "vitest";
import { ShownConfigs } from "./shown-configs.ts";

// Only its identity counts.
const settingsOf = (name: string): TenantSettings => ({ name }) as unknown as TenantSettings;

describe("ShownConfigs.text()", () => {
  it("makes a text once, also for those who ask while it is made", async () => {
    const asked: TenantSettings[] = [];
    const shown = new ShownConfigs(async (settings) => `text ${asked.push(settings)}`);
    const one = settingsOf("one");
    expect(await Promise.all([shown.text(one), shown.text(one)])).toEqual(["text 1", "text 1"]);
    expect(await shown.text(settingsOf("one"))).toBe("text 2");
    expect(await shown.text(one)).toBe("text 1");
  });

  it("drops what nobody has asked for longest when there is too much", async () => {
    let madeCount = 0;
    const shown = new ShownConfigs(async () => {
      madeCount += 1;
      return "x".repeat(3 * 1024 * 1024);
    });
    const [one, two, three] = [settingsOf("one"), settingsOf("two"), settingsOf("three")];
    for (const settings of [one, two, one, three]) await shown.text(settings);
    expect(madeCount).toBe(3);
    await shown.text(one);
    expect(madeCount).toBe(3);
    await shown.text(two);
    expect(madeCount).toBe(4);
  });

  it("keeps no failure", async () => {
    let isBroken = true;
    const shown = new ShownConfigs(async () => {
      if (isBroken) throw new Error("no thread");
      return "text";
    });
    const one = settingsOf("one");
    await expect(shown.text(one)).rejects.toThrow("no thread");
    isBroken = false;
    expect(await shown.text(one)).toBe("text");
  });
});
