import { expect, test } from "vitest";
import { joinPath } from "./paths.ts";

test.each([
  ["conf", "a.pem", "conf/a.pem"],
  ["conf", "../a.pem", "a.pem"],
  ["conf", "../../a.pem", "../a.pem"],
  ["/etc/am", "../../../x", "/x"],
  [".", "*.tmpl", "*.tmpl"],
  ["conf", "/abs", "/abs"],
  ["conf", "", ""],
  ["conf", "..", "."],
])("joinPath(%j, %j) is %j", (directory, path, wanted) => {
  expect(joinPath(directory, path)).toBe(wanted);
});
