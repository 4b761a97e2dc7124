import { expect, test } from "vitest";
import { resolvePlain, resolveScalar } from "./scalar.ts";
import type { ScalarNode } from "./node.ts";

function scalar(value: string, tag = "", plain = true): ScalarNode {
  return { kind: "scalar", offset: 0, tag, value, plain };
}

test.each([
  ["yes", "!!bool", true],
  ["y", "!!bool", true],
  ["Off", "!!bool", false],
  ["yEs", "!!str", "yEs"],
  ["~", "!!null", null],
  ["", "!!null", null],
  ["010", "!!int", 8],
  ["0o17", "!!int", 15],
  ["-0b11", "!!int", -3],
  ["0x1F", "!!int", 31],
  ["1_000", "!!int", 1000],
  ["018", "!!float", 18],
  ["1e3", "!!float", 1000],
  [".5", "!!float", 0.5],
  [".", "!!str", "."],
  ["1e400", "!!str", "1e400"],
  ["12:30:45", "!!str", "12:30:45"],
  ["2026-03-01", "!!timestamp", "2026-03-01"],
  ["2026-02-30", "!!str", "2026-02-30"],
  ["2024-02-29", "!!timestamp", "2024-02-29"],
  ["2026-03-01T10:00:00Z", "!!timestamp", "2026-03-01T10:00:00Z"],
  ["2026-03-01T25:00:00Z", "!!str", "2026-03-01T25:00:00Z"],
  ["<<", "!!str", "<<"],
  ["18446744073709551615", "!!int", 18446744073709551615n],
  ["-9223372036854775809", "!!float", -(2 ** 63)],
])("resolvePlain(%j) is %s", (text, tag, value) => {
  expect(resolvePlain(text)).toEqual({ tag, value });
});

test("resolveScalar leaves quoted texts alone", () => {
  expect(resolveScalar(scalar("yes", "", false))).toEqual({ tag: "!!str", value: "yes" });
});

test("resolveScalar obeys a written tag and refuses one that does not fit", () => {
  expect(resolveScalar(scalar("5", "!!str"))?.value).toBe("5");
  expect(resolveScalar(scalar("5", "!!float"))).toEqual({ tag: "!!float", value: 5 });
  expect(resolveScalar(scalar("aGk=", "!!binary"))?.value).toBe("hi");
  expect(resolveScalar(scalar("x", "!own"))).toEqual({ tag: "!own", value: "x" });
  expect(resolveScalar(scalar("hub", "!!int"))).toBeUndefined();
  expect(resolveScalar(scalar("?", "!!binary"))).toBeUndefined();
  expect(resolveScalar(scalar("/w==", "!!binary"))).toBeUndefined();
});
