import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { startAlertmanager, startPrometheus, startRedis, startS3 } from "./index.ts";

const ROUTE = "route:\n  receiver: nobody\nreceivers:\n- name: nobody\n";

describe("test servers", { timeout: 90_000 }, () => {
  const starts = [
    { name: "startRedis", start: () => startRedis() },
    { name: "startS3", start: startS3 },
    { name: "startPrometheus", start: () => startPrometheus({ config: "{}" }) },
    { name: "startAlertmanager", start: () => startAlertmanager({ config: ROUTE }) },
  ];
  it.for(starts)(
    "$name() starts, and stop() leaves nothing behind",
    async ({ start }, { skip }) => {
      const server = await start();
      if (server.kind === "missing") return skip(server.reason);
      expect(existsSync(server.folder)).toBe(true);
      await server.stop();
      await server.stop();
      expect(existsSync(server.folder)).toBe(false);
      expect(() => process.kill(server.pid, 0)).toThrow("ESRCH");
    },
  );

  it("startAlertmanager() fails with the program's own words", async ({ skip }) => {
    const starting = startAlertmanager({ config: "route: 7" });
    const outcome = await starting.catch((error: unknown) => error);
    if (!(outcome instanceof Error)) {
      return skip((outcome as { readonly reason: string }).reason);
    }
    expect(outcome.message).toMatch(/cannot unmarshal|Loading configuration file failed/);
  });
});
