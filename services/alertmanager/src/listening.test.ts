import { AppError, type Logger } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import { UnservedError } from "@tocsin/http-api";
import { listenOn, toldUnserved } from "./listening.ts";

function failing(code: string | undefined): () => Promise<string> {
  const cause = Object.assign(new Error("no"), code === undefined ? {} : { code });
  return () => Promise.reject(new AppError("unavailable", "Cannot listen", { cause }));
}

describe("listenOn()", () => {
  it("gives what was bound", async () => {
    expect(await listenOn(":0", () => Promise.resolve("[::]:99"))).toBe("[::]:99");
  });

  const words = [
    { code: "EADDRINUSE", wanted: "bind: address already in use" },
    { code: "EACCES", wanted: "bind: permission denied" },
    { code: "EADDRNOTAVAIL", wanted: "bind: cannot assign requested address" },
  ];
  it.for(words)("says of $code what Alertmanager says", async ({ code, wanted }) => {
    await expect(listenOn("a:1", failing(code))).rejects.toThrow(
      `alertmanager/app: listen "a:1": listen tcp a:1: ${wanted}`,
    );
  });

  it("says of a host that nobody knows what Alertmanager says", async () => {
    await expect(listenOn("a.b:1", failing("ENOTFOUND"))).rejects.toThrow(
      'alertmanager/app: listen "a.b:1": listen tcp: lookup a.b: no such host',
    );
  });

  it("does not even try an address that cannot be read", async () => {
    await expect(listenOn("a:b", failing("EACCES"))).rejects.toThrow(
      'alertmanager/app: listen "a:b": listen tcp: lookup tcp/b: unknown port',
    );
    await expect(listenOn("nope", failing("EACCES"))).rejects.toThrow(
      'alertmanager/app: listen "nope": listen tcp: address nope: missing port in address',
    );
  });

  it("passes on every other failure", async () => {
    await expect(listenOn("a:1", failing("EMFILE"))).rejects.toThrow("Cannot listen");
    await expect(listenOn("a:1", failing(undefined))).rejects.toThrow("Cannot listen");
  });
});

describe("toldUnserved()", () => {
  it("tells of a web configuration behind the address, and ends with its words", () => {
    const lines: unknown[] = [];
    const logger: Logger = {
      enabled: () => true,
      with: () => logger,
      log: (...line) => lines.push(line),
    };
    const fault = new AppError("invalid-argument", "w.yml:1:1: key unknown");
    const thrown = new UnservedError("a:1", Object.assign(fault, { words: "no key" }));
    expect(toldUnserved(thrown, logger)).toMatchObject({
      message: "alertmanager: HTTP listener failed: no key",
    });
    expect(lines).toEqual([
      ["info", "Listening on", { address: "a:1" }],
      ["error", "Listen error", { err: "no key", faults: "w.yml:1:1: key unknown" }],
    ]);
    expect(toldUnserved(fault, logger)).toBe(fault);
  });
});
