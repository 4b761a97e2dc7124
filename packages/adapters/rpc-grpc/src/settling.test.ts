import { expect, test } from "vitest";
import { settling } from "./settling.ts";

test("settling() says that it is settled before its caller hears, and does not listen any more", async () => {
  const seen: string[] = [];
  const caller = new AbortController();
  const { promise, resolve } = settling<string>(caller.signal, {
    onAbort: () => seen.push("aborted"),
    onSettled: () => seen.push("settled"),
  });
  resolve("answer");
  expect(seen).toEqual(["settled"]);
  caller.abort(new Error("gone"));
  expect(await promise).toBe("answer");
  expect(seen).toEqual(["settled"]);
});

test("settling() tells why its caller gave up and leaves it to its owner to reject", async () => {
  const caller = new AbortController();
  const { promise, reject } = settling<string>(caller.signal, { onAbort: (why) => reject(why) });
  caller.abort(new Error("gone"));
  await expect(promise).rejects.toThrow("gone");
});
