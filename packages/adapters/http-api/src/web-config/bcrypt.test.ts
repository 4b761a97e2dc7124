import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { isPasswordOf } from "./bcrypt.ts";
import { piWords } from "./pi.ts";

const forever = new AbortController().signal;

describe("isPasswordOf()", () => {
  // Made by the C library's crypt(), except for the first two: those are test vectors of crypt_blowfish.
  const hashes = [
    {
      name: "few rounds",
      hash: "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
      password: "U*U",
    },
    {
      name: "another salt",
      hash: "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a",
      password: "U*U*U",
    },
    {
      name: "letters of two bytes",
      hash: "$2b$06$abcdefghijklmnopqrstuuYHaJqceV21XYlrYNP/3QghOIkFSAtuO",
      password: "grüße",
    },
    {
      name: "more than the 72 bytes that count",
      hash: "$2y$04$abcdefghijklmnopqrstuuBzzIgyKkz7xMWYSzkIjUSnxEQFQ0WNe",
      password: "a".repeat(80),
    },
    {
      name: "the usual number of rounds",
      hash: "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi",
      password: "fakepassword",
    },
  ];
  it.for(hashes)("knows the password of a hash: $name", async ({ hash, password }) => {
    expect(await isPasswordOf(hash, password, forever)).toBe(true);
    expect(await isPasswordOf(hash, `x${password}`, forever)).toBe(false);
  });

  it("lets others have turns meanwhile", async () => {
    let turns = 0;
    let isDone = false;
    const [{ hash } = { hash: "" }] = hashes;
    const checked = isPasswordOf(hash.replace("$05$", "$08$"), "no", forever).then(
      () => (isDone = true),
    );
    while (!isDone) {
      turns += 1;
      await setImmediate();
    }
    await checked;
    expect(turns).toBeGreaterThanOrEqual(16);
  });

  it("ends when nobody waits any more", async () => {
    const reason = new Error("closing");
    const hash = "$2y$31$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";
    const signal = AbortSignal.abort(reason);
    await expect(isPasswordOf(hash, "no", signal)).rejects.toThrow();
  });
});

describe("piWords()", () => {
  it("gives the words that Blowfish is published with", () => {
    const words = Array.from(piWords(18 + 1024), (word) => (word >>> 0).toString(16));
    expect(words.slice(0, 3)).toEqual(["243f6a88", "85a308d3", "13198a2e"]);
    expect(words.at(-1)).toBe("3ac372e6");
  });

  it("gives the same digits whatever their number", () => {
    expect(piWords(2)).toEqual(piWords(1_042).slice(0, 2));
  });
});
