import { fingerprint, formatFingerprint, isResolved, ZERO_TIME_MS } from "@tocsin/domain/alert";
import { compileInhibitRules, InhibitIndex } from "@tocsin/domain/inhibit";
import type { MatcherMode } from "@tocsin/domain/matcher";
import { labelSetFromRecord, type Fingerprint } from "@tocsin/domain/model";
import { judge, PASS, type FolderPlayers, type VectorCase, type Verdict } from "../vector.ts";
import { readConfig, wrapSection } from "./config-text.ts";

export const INHIBIT_PLAYERS: FolderPlayers = {
  "static.json": playStatic,
  "timeline.json": playTimeline,
};

type Labels = Readonly<Record<string, string>>;

interface Outcome {
  readonly by: readonly { fingerprint: string; labels: Labels }[];
  readonly inhibited: boolean;
}

interface PutOp {
  readonly op: "put";
  readonly at: number;
  readonly labels: Labels;
  readonly starts: number;
  readonly ends: number | null;
}

type TimelineOp = PutOp | { op: "gc"; at: number } | { op: "check"; at: number; labels: Labels };

function playStatic({ input, want }: VectorCase): Verdict {
  const { alerts } = input as { alerts: readonly Labels[] };
  const world = new InhibitWorld(input);
  for (const labels of alerts) world.put({ op: "put", at: 0, labels, starts: 0, ends: 300 });
  const wanted = (want as { alerts: (Outcome & { labels: Labels })[] }).alerts;
  return judgeAll(wanted, (outcome) => world.check(outcome.labels, 10));
}

function playTimeline({ input, want }: VectorCase): Verdict {
  const { ops } = input as { ops: readonly TimelineOp[] };
  const world = new InhibitWorld(input);
  const got: Answer[] = [];
  for (const op of ops) {
    if (op.op === "put") world.put(op);
    else if (op.op === "gc") world.collect(op.at);
    else got.push(world.check(op.labels, op.at));
  }
  const wanted = (want as { checks: Outcome[] }).checks;
  return judgeAll(wanted, (_, at) => got[at] ?? { by: [], inhibited: false, sourceCount: 0 });
}

/** An answer of the index, and how many sources a plain scan of all alerts finds. */
type Answer = Outcome & { readonly sourceCount: number };

/**
 * Upstream forgets sources (see the README beside the vectors), so it may not inhibit where a source fires.
 * Here a target is inhibited if and only if a plain scan finds a source, never less than upstream; which
 * of several sources is named is free.
 */
function judgeAll<Want extends Outcome>(
  wanted: readonly Want[],
  answer: (outcome: Want, at: number) => Answer,
): Verdict {
  for (const [at, want] of wanted.entries()) {
    const { sourceCount, ...got } = answer(want, at);
    const inhibited = want.inhibited || sourceCount > 0;
    const isNamed = want.inhibited && sourceCount === 1;
    const verdict = judge(
      { at, inhibited, by: isNamed ? want.by : [] },
      { at, inhibited: got.inhibited, by: isNamed ? got.by : [] },
    );
    if (verdict.kind !== "pass") return verdict;
  }
  return PASS;
}

class InhibitWorld {
  readonly #index: InhibitIndex;
  readonly #rules: ReturnType<typeof compileInhibitRules>;
  readonly #alerts = new Map<Fingerprint, { labels: Labels; endsAtMs: number }>();

  constructor(input: unknown) {
    const { mode, inhibit_rules } = input as { mode: MatcherMode; inhibit_rules: string };
    const config = readConfig(wrapSection("inhibit_rules", inhibit_rules), mode);
    this.#rules = compileInhibitRules(config.inhibitRules);
    this.#index = new InhibitIndex(this.#rules);
  }

  put({ at, labels, ends }: PutOp): void {
    const fp = fingerprintOf(labels);
    const endsAtMs = ends === null ? ZERO_TIME_MS : ends * 1_000;
    this.#alerts.set(fp, { labels, endsAtMs });
    this.#index.upsert({ fp, labels: labelSetFromRecord(labels), endsAtMs }, at * 1_000);
  }

  collect(at: number): void {
    for (const [fp, alert] of this.#alerts) {
      if (!isResolved(alert, at * 1_000)) continue;
      this.#alerts.delete(fp);
      this.#index.remove(fp, labelSetFromRecord(alert.labels));
    }
  }

  check(labels: Labels, at: number): Answer {
    const by = this.#index.inhibitedBy(labelSetFromRecord(labels), at * 1_000);
    const shown = by.map((fp) => ({ fingerprint: fp, labels: this.#alerts.get(fp)?.labels ?? {} }));
    return { by: shown, inhibited: by.length > 0, sourceCount: this.#countSources(labels, at) };
  }

  /** How many sources would inhibit by the rules, each alert looked at. */
  #countSources(labels: Labels, at: number): number {
    const matches = (matchers: readonly { name: string; matches(value: string): boolean }[], of: Labels) =>
      matchers.every((matcher) => matcher.matches(of[matcher.name] ?? ""));
    let count = 0;
    for (const rule of this.#rules.list) {
      if (!matches(rule.targetMatchers, labels)) continue;
      const isSource = matches(rule.sourceMatchers, labels);
      for (const alert of this.#alerts.values()) {
        if (isResolved(alert, at * 1_000) || !matches(rule.sourceMatchers, alert.labels)) continue;
        if (rule.equal.some((name) => (alert.labels[name] ?? "") !== (labels[name] ?? ""))) continue;
        if (!(isSource && matches(rule.targetMatchers, alert.labels))) count += 1;
      }
    }
    return count;
  }
}

function fingerprintOf(labels: Labels): Fingerprint {
  const { hi, lo } = fingerprint(labelSetFromRecord(labels));
  return formatFingerprint(hi, lo);
}
