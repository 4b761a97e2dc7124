import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { externalUrlOf, routePrefixOf } from "./external-url.ts";
import type { Options } from "./flags/index.ts";

function webOf(part: Partial<Options["web"]>): Pick<Options, "web"> {
  const web: Options["web"] = {
    listenAddresses: [":9093"],
    takesSystemdSockets: false,
    externalUrl: undefined,
    routePrefix: undefined,
    configFilePath: undefined,
    getConcurrencyMax: 0,
    timeoutMs: undefined,
    ...part,
  };
  return { web };
}

describe("externalUrlOf()", () => {
  it("is made of the host name and the first port when none is given", () => {
    const listenAddresses = ["[::1]:9999", ":9093"];
    expect(externalUrlOf(webOf({ listenAddresses }))).toBe(`http://${hostname()}:9999`);
  });

  it("takes a given one without slashes at its end", () => {
    const externalUrl = "https://am.example/alerts//";
    expect(externalUrlOf(webOf({ externalUrl }))).toBe("https://am.example/alerts");
  });

  const odd = [
    { externalUrl: "http://", wanted: "http:" },
    { externalUrl: "http://am:99999", wanted: "http://am:99999" },
    { externalUrl: "HTTP://am/a/?b=c", wanted: "http://am/a?b=c" },
  ];
  it.for(odd)("takes $externalUrl as upstream does", ({ externalUrl, wanted }) => {
    expect(externalUrlOf(webOf({ externalUrl }))).toBe(wanted);
  });

  const bad = [
    { externalUrl: "am.test", problem: '"am.test": invalid "" scheme, only' },
    { externalUrl: "ftp://am.test", problem: '"ftp://am.test": invalid "ftp" scheme, only' },
    { externalUrl: "http://[", problem: 'parse "http://[": its host lacks a "]"' },
    { externalUrl: "http://am:x", problem: 'parse "http://am:x": its port ":x" is not a number' },
  ];
  it.for(bad)("refuses $externalUrl", ({ externalUrl, problem }) => {
    const start = "failed to determine external URL: ";
    expect(() => externalUrlOf(webOf({ externalUrl }))).toThrow(`${start}${problem}`);
  });
});

describe("routePrefixOf()", () => {
  const prefixes = [
    { url: "http://am", routePrefix: undefined, wanted: "" },
    { url: "http://am/a/b", routePrefix: undefined, wanted: "/a/b" },
    { url: "http://am/a", routePrefix: "/", wanted: "" },
    { url: "http://am/a", routePrefix: "x/", wanted: "/x" },
  ];
  it.for(prefixes)("of $url and $routePrefix is $wanted", ({ url, routePrefix, wanted }) => {
    expect(routePrefixOf(webOf({ routePrefix }), url)).toBe(wanted);
  });
});
