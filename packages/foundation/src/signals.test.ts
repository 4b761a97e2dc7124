import { describe, expect, it } from "vitest";
import { AppError, rejectOnAbort, withDeadline, type Clock } from "./index.ts";

describe("withDeadline()", () => {
  it("gives the result and lets go of its timer", async () => {
    const { clock, sleeping } = clockThatRings();
    const work = withDeadline(options(clock), live(), () => Promise.resolve(7));
    await expect(work).resolves.toBe(7);
    expect(sleeping()).toBe(0);
  });

  it("rejects with `deadline-exceeded` though the work hangs, and tells the work", async () => {
    const { clock, ring } = clockThatRings();
    let seen: AbortSignal | undefined;
    const work = withDeadline(options(clock), live(), (signal) => {
      seen = signal;
      return new Promise<never>(() => {});
    });
    ring();
    await expect(work).rejects.toMatchObject({
      code: "deadline-exceeded",
      message: "Ask took longer than 50 ms",
    });
    expect(seen?.reason).toBeInstanceOf(AppError);
  });

  it("rejects with the reason of the outer signal and lets go of its timer", async () => {
    const { clock, sleeping } = clockThatRings();
    const outer = new AbortController();
    const work = withDeadline(options(clock), outer.signal, () => new Promise<never>(() => {}));
    outer.abort(new Error("no longer wanted"));
    await expect(work).rejects.toThrow("no longer wanted");
    expect(sleeping()).toBe(0);
  });

  it("does not begin under a signal that has fired", async () => {
    const { clock } = clockThatRings();
    let begun = false;
    const work = withDeadline(options(clock), AbortSignal.abort(new Error("over")), async () => {
      begun = true;
    });
    await expect(work).rejects.toThrow("over");
    expect(begun).toBe(false);
  });

  it("hands on what the work throws, at once or later", async () => {
    const { clock, sleeping } = clockThatRings();
    const atOnce = withDeadline(options(clock), live(), () => {
      throw new Error("at once");
    });
    await expect(atOnce).rejects.toThrow("at once");
    const later = withDeadline(options(clock), live(), () => Promise.reject(new Error("later")));
    await expect(later).rejects.toThrow("later");
    expect(sleeping()).toBe(0);
  });
});

describe("rejectOnAbort()", () => {
  it("rejects with the reason, now or when the signal fires", async () => {
    await expect(rejectOnAbort(AbortSignal.abort(new Error("before")))).rejects.toThrow("before");
    const control = new AbortController();
    const promise = rejectOnAbort(control.signal);
    control.abort(new Error("after"));
    await expect(promise).rejects.toThrow("after");
  });
});

function options(clock: Clock): { clock: Clock; delayMs: number; what: string } {
  return { clock, delayMs: 50, what: "Ask" };
}

function live(): AbortSignal {
  return new AbortController().signal;
}

/** A clock on which time passes only by `ring`, which ends all sleeps. */
function clockThatRings(): { clock: Clock; ring: () => void; sleeping: () => number } {
  const sleeps = new Set<() => void>();
  const sleep: Clock["sleep"] = (_, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    sleeps.add(resolve);
    signal.addEventListener("abort", () => {
      sleeps.delete(resolve);
      reject(signal.reason);
    });
    return promise;
  };
  return {
    clock: { wallMs: () => 0, monotonicMs: () => 0, sleep },
    ring: () => {
      for (const resolve of sleeps) resolve();
      sleeps.clear();
    },
    sleeping: () => sleeps.size,
  };
}
