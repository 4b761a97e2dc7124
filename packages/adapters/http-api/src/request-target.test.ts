import { describe, expect, it } from "vitest";
import { readTarget } from "./request-target.ts";

describe("readTarget()", () => {
  it.each([
    ["/api/v2/alerts?filter=a%", "/api/v2/alerts?filter=a%"],
    ["/api/v2/silence/%41%2f", "/api/v2/silence/%41%2f"],
    ["/api/v2/alerts#x", "/api/v2/alerts%23x"],
    ["/a?b=#c", "/a?b=%23c"],
    ["http://am.example:9093/api/v2/status?a=b", "/api/v2/status?a=b"],
    ["https://am.example", "/"],
    ["http://am.example?a=b", "/?a=b"],
    ["*", "*"],
    ["/a/%C3%28%2f?b=%FF", "/a/%EF%BF%BD(%2F?b=%FF"],
  ])("reads %s as %s", (url, wanted) => {
    expect(readTarget(url)).toBe(wanted);
  });

  it.each(["/%", "/a%zz?b", "/a%4", "api/v2/status", "http:/x", ""])("refuses %s", (url) => {
    expect(readTarget(url)).toBeUndefined();
  });
});
