import { describe, expect, it } from "vitest";
import { Service, ServiceGroup, silentLogger, type Logger } from "./index.ts";

describe("Service", () => {
  it("goes through its phases in order, each once", async () => {
    const seen: string[] = [];
    const service = recorded("a", seen);
    expect(service.state).toBe("new");
    await Promise.all([service.start(), service.start()]);
    expect(service.state).toBe("running");
    await Promise.all([service.stop(), service.stop()]);
    expect(service.state).toBe("terminated");
    expect(seen).toEqual(["a starting", "a running", "a stopping"]);
  });

  it("does not end before its loop has seen the signal and returned", async () => {
    const loop = Promise.withResolvers<void>();
    let cleanedUp = false;
    const service = new Service({
      name: "a",
      running: () => loop.promise,
      stopping: async () => {
        cleanedUp = true;
      },
    });
    await service.start();
    const stopped = service.stop();
    await settled();
    expect([service.state, cleanedUp]).toEqual(["stopping", false]);
    loop.resolve();
    await stopped;
    expect([service.state, cleanedUp]).toEqual(["terminated", true]);
  });

  it("lets `starting` end before `stopping` begins", async () => {
    const seen: string[] = [];
    const begun = Promise.withResolvers<void>();
    const service = new Service({
      name: "a",
      starting: async () => {
        await begun.promise;
        seen.push("started");
      },
      running: async () => {
        seen.push("running");
      },
      stopping: async () => {
        seen.push("stopped");
      },
    });
    const started = service.start();
    const stopped = service.stop();
    await settled();
    expect(seen).toEqual([]);
    begun.resolve();
    await Promise.all([started, stopped]);
    expect(seen).toEqual(["started", "stopped"]);
    expect(service.state).toBe("terminated");
  });

  it("is not failed by a start that its own stop cut short", async () => {
    const service = new Service({
      name: "a",
      starting: (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        }),
    });
    const failures = failuresOf(service);
    const started = service.start();
    await service.stop();
    await expect(started).rejects.toThrow("a is stopping");
    expect([service.state, failures]).toEqual(["terminated", []]);
  });

  it("fails when its start throws, and still cleans up once", async () => {
    const seen: string[] = [];
    const service = new Service({
      name: "a",
      starting: () => Promise.reject(new Error("port in use")),
      stopping: async () => {
        seen.push("cleaned up");
      },
    });
    const failures = failuresOf(service);
    await expect(service.start()).rejects.toThrow("port in use");
    expect(failures).toEqual(["port in use"]);
    await service.stop();
    expect([service.state, seen]).toEqual(["failed", ["cleaned up"]]);
  });

  it.each([
    { name: "throws", running: () => Promise.reject(new Error("broke")), why: "broke" },
    { name: "ends by itself", running: () => Promise.resolve(), why: "a ended by itself" },
  ])("fails when its loop $name", async ({ running, why }) => {
    const service = new Service({ name: "a", running });
    const failures = failuresOf(service);
    await service.start();
    await settled();
    expect([service.state, failures]).toEqual(["failed", [why]]);
    expect(String(service.failure)).toContain(why);
  });

  it("fails when its clean-up throws, and says so to who stops it", async () => {
    const service = new Service({ name: "a", stopping: () => Promise.reject(new Error("stuck")) });
    await service.start();
    await expect(service.stop()).rejects.toThrow("stuck");
    expect(service.state).toBe("failed");
  });

  it("does nothing at all when stopped before it was started", async () => {
    const seen: string[] = [];
    const service = recorded("a", seen);
    await service.stop();
    await service.start();
    expect([service.state, seen]).toEqual(["terminated", []]);
  });
});

describe("ServiceGroup", () => {
  it("starts in order and stops in reverse", async () => {
    const seen: string[] = [];
    const group = new ServiceGroup([recorded("a", seen), recorded("b", seen)], silentLogger);
    await group.start();
    await group.stop();
    expect(seen).toEqual([
      "a starting",
      "a running",
      "b starting",
      "b running",
      "b stopping",
      "a stopping",
    ]);
  });

  it("starts nothing behind one that fails", async () => {
    const seen: string[] = [];
    const broken = new Service({ name: "b", starting: () => Promise.reject(new Error("no")) });
    const group = new ServiceGroup([broken, recorded("c", seen)], silentLogger);
    await expect(group.start()).rejects.toThrow("no");
    expect(seen).toEqual([]);
  });

  it("stops the others when one cannot, and logs it", async () => {
    const seen: string[] = [];
    const stuck = new Service({ name: "b", stopping: () => Promise.reject(new Error("stuck")) });
    const logged: string[] = [];
    const logger: Logger = {
      ...silentLogger,
      log: (level, message) => {
        if (level === "error") logged.push(message);
      },
    };
    const group = new ServiceGroup([recorded("a", seen), stuck], logger);
    await group.start();
    await group.stop();
    expect(seen.at(-1)).toBe("a stopping");
    expect(logged).toEqual(["Stopping failed"]);
  });
});

function recorded(name: string, seen: string[]): Service {
  return new Service({
    name,
    starting: async () => {
      seen.push(`${name} starting`);
    },
    running: (signal) => {
      seen.push(`${name} running`);
      return new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve());
      });
    },
    stopping: async () => {
      seen.push(`${name} stopping`);
    },
  });
}

function failuresOf(service: Service): string[] {
  const failures: string[] = [];
  service.onFailure = (error) => {
    failures.push(error instanceof Error ? error.message : String(error));
  };
  return failures;
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
