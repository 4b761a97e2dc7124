import { describe, expect, it } from "vitest";
import { atOnce, inSlices, type Steps } from "./steps.ts";

function* counting(sizes: readonly number[], done: string[]): Steps<string> {
  for (const size of sizes) {
    done.push(`step of ${size}`);
    yield size;
  }
  return "result";
}

describe("atOnce()", () => {
  it("does all steps and gives their result", () => {
    const done: string[] = [];
    expect(atOnce(counting([1, 2], done))).toBe("result");
    expect(done).toEqual(["step of 1", "step of 2"]);
  });
});

describe("inSlices()", () => {
  it("rests whenever a slice is full, and gives the result", async () => {
    const done: string[] = [];
    const rest = () => Promise.resolve(done.push("rest"));
    expect(await inSlices(counting([2, 2, 9, 1], done), { sizeMax: 4, rest })).toBe("result");
    expect(done).toEqual(["step of 2", "step of 2", "rest", "step of 9", "rest", "step of 1"]);
  });

  it("rejects with what a step throws", async () => {
    function* failing(): Steps<void> {
      yield 1;
      throw new Error("no more");
    }
    const slicing = { sizeMax: 1, rest: () => Promise.resolve() };
    await expect(inSlices(failing(), slicing)).rejects.toThrow("no more");
  });
});
