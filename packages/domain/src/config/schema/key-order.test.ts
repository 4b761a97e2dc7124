import { expect, test } from "vitest";
import { compareKeys } from "./key-order.ts";
import { nearest } from "./nearest.ts";

test("compareKeys puts runs of digits by value, letters behind all else and by code point", () => {
  const keys = ["b", "a10", "a2", "B", "_x", "a", "a02", "é", "10", "9"];
  const wanted = "_x 9 10 B a a2 a02 a10 b é";
  expect(keys.toSorted(compareKeys).join(" ")).toBe(wanted);
});

test("nearest finds the name that was meant, or none", () => {
  const names = ["group_wait", "group_interval", "receiver"];
  expect(nearest("group_wiat", names)).toBe("group_wait");
  expect(nearest("reciever", names)).toBe("receiver");
  expect(nearest("Receiver", names)).toBe("receiver");
  expect(nearest("xyz", names)).toBeUndefined();
  expect(nearest("r".repeat(100), names)).toBeUndefined();
});
