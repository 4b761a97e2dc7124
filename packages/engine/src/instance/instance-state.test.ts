import { describe, expect, it } from "vitest";
import type { InstanceId } from "@tocsin/domain/model";
import type { Member, RingDocument } from "@tocsin/domain/ring";
import { instanceStateOf } from "./instance-state.ts";

const ID = "am-1" as InstanceId; // A name of the test's own.

function viewOf(state: Member["state"], settled: readonly InstanceId[]): RingDocument {
  const members = [{ id: ID, address: "", zone: "", incarnation: 1, state }];
  return { version: 1, writer: ID, settled, target: settled, members };
}

describe("instanceStateOf()", () => {
  it("follows an instance from its start to its end", () => {
    const steps = [
      instanceStateOf(ID, undefined, false),
      instanceStateOf(ID, viewOf("pending", []), false),
      instanceStateOf(ID, viewOf("joining", []), false),
      instanceStateOf(ID, viewOf("active", [ID]), false),
      instanceStateOf(ID, viewOf("active", [ID]), true),
      instanceStateOf(ID, viewOf("leaving", [ID]), true),
      instanceStateOf(ID, viewOf("leaving", []), true),
    ];
    expect(steps).toEqual([
      "starting",
      "joining",
      "joining",
      "active",
      "draining",
      "leaving",
      "left",
    ]);
  });

  it("is joining again while it catches up as an owner, and when a drain was taken back", () => {
    expect(instanceStateOf(ID, viewOf("joining", [ID]), false)).toBe("joining");
    expect(instanceStateOf(ID, viewOf("leaving", []), false)).toBe("joining");
  });
});
