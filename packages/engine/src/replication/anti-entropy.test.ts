import { describe, expect, it } from "vitest";
import { AppError, MetricRegistry, silentLogger } from "@tocsin/foundation";
import { DEFAULT_TIMINGS } from "../cluster/timings.ts";
import { alertOf, batchOf, TENANT } from "../tenant/fixture.ts";
import { Bench } from "../testing/bench.ts";
import { OTHER, OWN } from "../testing/watch.ts";
import { AntiEntropy } from "./anti-entropy.ts";

const { digestIntervalMs } = DEFAULT_TIMINGS;

describe("AntiEntropy", () => {
  it("repairs in the next round what it could not in this one, and shows the difference", async () => {
    const { bench, divergenceS } = world();
    const { clock, own, transport } = bench;
    transport.answers.set(OTHER, (request) => {
      if (request.kind === "compare") return bench.other.answer(request);
      throw new AppError("unavailable", "The connection was lost");
    });
    own.fleet.applyBatch(batchOf(clock.wallMs(), [alertOf({ alertname: "a" }, clock.wallMs())]));
    await clock.advance(digestIntervalMs + 1_000);
    expect(bench.other.stamps(TENANT)).toEqual([]);
    expect(divergenceS()).toBe(1);
    bench.up(bench.other);
    await clock.advance(digestIntervalMs);
    expect(bench.other.stamps(TENANT)).toEqual(own.stamps(TENANT));
    await clock.advance(digestIntervalMs);
    expect(divergenceS()).toBe(0);
  });
});

interface AntiEntropyWorld {
  readonly bench: Bench;
  readonly divergenceS: () => number;
}

/** Three owners, of which this one compares with the others. */
function world(): AntiEntropyWorld {
  const bench = new Bench();
  const metrics = new MetricRegistry();
  const { clock, own, deps } = bench;
  const antiEntropy = new AntiEntropy(
    {
      clock,
      logger: silentLogger,
      metrics,
      fleet: own.fleet,
      calls: deps.calls,
      ownId: OWN,
      view: deps.view,
      isSuspected: () => false,
    },
    DEFAULT_TIMINGS,
  );
  void antiEntropy.run(new AbortController().signal);
  const divergenceS = (): number => {
    for (const collect of metrics.collectors) void collect();
    return metrics.gauge("tocsin_replication_divergence_seconds", "").with().value;
  };
  return { bench, divergenceS };
}
