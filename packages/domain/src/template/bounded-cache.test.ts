import { expect, it } from "vitest";
import { BoundedCache } from "./bounded-cache.ts";

it("BoundedCache makes a value once and drops what was not used for longest", () => {
  const cache = new BoundedCache<string>(3);
  const made: string[] = [];
  const get = (key: string) =>
    cache.getOrMake(key, 1, () => {
      made.push(key);
      return key;
    });
  for (const key of ["a", "b", "c", "a", "d", "a", "b"]) expect(get(key)).toBe(key);
  expect(made).toEqual(["a", "b", "c", "d", "b"]);
  expect(cache.size).toBe(3);
});

it("BoundedCache does not keep what is heavier than all it may hold", () => {
  const cache = new BoundedCache<string>(3);
  cache.getOrMake("small", 2, () => "small");
  expect(cache.getOrMake("big", 4, () => "big")).toBe("big");
  expect(cache.size).toBe(1);
});

it("BoundedCache keeps nothing when making fails", () => {
  const cache = new BoundedCache<string>(3);
  const fail = () =>
    cache.getOrMake("a", 1, () => {
      throw new Error("no");
    });
  expect(fail).toThrow("no");
  expect(cache.size).toBe(0);
});
