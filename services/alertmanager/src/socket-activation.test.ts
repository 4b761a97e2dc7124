import { describe, expect, it } from "vitest";
import { systemdSockets } from "./socket-activation.ts";

describe("systemdSockets()", () => {
  it("are those from the third on", () => {
    expect(systemdSockets({ LISTEN_FDS: "2", LISTEN_PID: "7" }, 7)).toEqual(["fd:3", "fd:4"]);
  });

  const none = [
    {},
    { LISTEN_FDS: "1", LISTEN_PID: "8" },
    { LISTEN_FDS: "0", LISTEN_PID: "7" },
    { LISTEN_FDS: "x", LISTEN_PID: "7" },
  ];
  it.for(none)("are refused with %j", (environment) => {
    expect(() => systemdSockets(environment, 7)).toThrow("no socket activation");
  });
});
