import { describe, expect, it } from "vitest";
import { Draw } from "../world/events.ts";
import type { LoneMachine, MachineOptions } from "./machine.ts";
import { CONFIG, drawScript, play, SCRIPT_MS, type Act } from "./script.ts";
import type { Delivery } from "./webhooks.ts";

const SEEDS = Array.from({ length: 25 }, (_, at) => at + 1);
const RELOAD_COUNT = 12;

/** Texts that say the same, or that do not concern any group. */
const SAME: readonly string[] = [
  CONFIG,
  `# in other words\n${CONFIG}`,
  `${CONFIG}\ntemplates: []\n`,
  CONFIG.replace("receivers:\n", "receivers:\n- name: nobody\n"),
  CONFIG.replace(
    "inhibit_rules:",
    "  - {matchers: ['team=\"nobody\"'], receiver: quiet}\ninhibit_rules:",
  ),
];

function drawReloads(seed: number, reload: (machine: LoneMachine, text: string) => void): Act[] {
  const draw = new Draw(seed + 1_000_000);
  return Array.from({ length: RELOAD_COUNT }, () => {
    const text = draw.pick(SAME);
    return { atMs: draw.int(1_000, SCRIPT_MS), run: (machine) => reload(machine, text) };
  });
}

/** What differs between the messages with and without reloads; empty if nothing does. */
async function differenceOf(
  seed: number,
  reload: (machine: LoneMachine, text: string) => void,
  options: Pick<MachineOptions, "sliceSize"> = {},
): Promise<string> {
  const acts = drawScript(seed);
  const without = await play(seed, acts, options);
  const between = await play(seed, [...drawScript(seed), ...drawReloads(seed, reload)], options);
  expect(without.length).toBeGreaterThan(10);
  const places = [...new Set([...without, ...between].map(placeOf))];
  return places.map((place) => differenceAt(place, without, between)).join("");
}

/** Order is promised for each place that is told; between two of them it is chance. */
function placeOf({ path, groupKey }: Delivery): string {
  return `${path} ${groupKey}`;
}

function differenceAt(
  place: string,
  without: readonly Delivery[],
  between: readonly Delivery[],
): string {
  const [wanted, got] = [
    without.filter((one) => placeOf(one) === place),
    between.filter((one) => placeOf(one) === place),
  ];
  for (let at = 0; at < Math.max(wanted.length, got.length); at += 1) {
    if (isSame(wanted[at], got[at])) continue;
    return `${JSON.stringify(wanted[at])} became ${JSON.stringify(got[at])}\n`;
  }
  return "";
}

/** Byte for byte; timers count whole milliseconds from when they are armed, which a reload may do anew. */
function isSame(one: Delivery | undefined, other: Delivery | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const { atMs, ...message } = one;
  const { atMs: otherAtMs, ...otherMessage } = other;
  if (JSON.stringify(message) !== JSON.stringify(otherMessage)) return false;
  return Math.abs(atMs - otherAtMs) <= TIMER_STEP_MS;
}

const TIMER_STEP_MS = 1;

describe("a reload that changes nothing", () => {
  it.each(SEEDS)("changes no byte of any message and no millisecond, seed %i", async (seed) => {
    expect(await differenceOf(seed, (machine, text) => machine.reload(text))).toBe("");
  });

  it.each(SEEDS)("does so also one alert at a time, with others between, seed %i", async (seed) => {
    const reload = (machine: LoneMachine, text: string): void => machine.reload(text);
    expect(await differenceOf(seed, reload, { sliceSize: 1 })).toBe("");
  });

  it("that is refused changes nothing either", async () => {
    const refused = (machine: LoneMachine): void => {
      expect(() => machine.reload("route: {receiver: nobody}")).toThrow("nobody");
    };
    expect(await differenceOf(1, refused)).toBe("");
  });

  it("is not this one: all groups made anew are noticed", async () => {
    const anew = (machine: LoneMachine, text: string): void => machine.reloadAnew(text);
    const differences = await Promise.all(
      SEEDS.slice(0, 5).map((seed) => differenceOf(seed, anew)),
    );
    expect(differences.filter((one) => one !== "")).not.toEqual([]);
  });

  it("is not this one: a receiver that is renamed is noticed", async () => {
    const renamed = (machine: LoneMachine): void =>
      machine.reload(CONFIG.replaceAll("quiet", "still"));
    const differences = await Promise.all(
      SEEDS.slice(0, 5).map((seed) => differenceOf(seed, renamed)),
    );
    expect(differences.filter((one) => one !== "")).not.toEqual([]);
  });
});
