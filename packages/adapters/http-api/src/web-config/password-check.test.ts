import { describe, expect, it } from "vitest";
import { PasswordCheck } from "./password-check.ts";

/** Of "U*U" and "U*U*", with few rounds. */
const FIRST = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
const SECOND = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK";
const users: ReadonlyMap<string, string> = new Map([["ann", FIRST]]);

const checking = (): PasswordCheck => new PasswordCheck(new AbortController().signal);

describe("PasswordCheck", () => {
  it("lets in with the right password only, and remembers either", async () => {
    const check = checking();
    const right = { user: "ann", password: "U*U" };
    const wrong = { user: "ann", password: "U*V" };
    expect(check.recall(right, users)).toBeUndefined();
    expect(await check.check(right, users)).toBe("right");
    expect(await check.check(wrong, users)).toBe("wrong");
    expect(check.recall(right, users)).toBe("right");
    expect(check.recall(wrong, users)).toBe("wrong");
  });

  it("refuses a user who does not exist, after the same work", async () => {
    expect(await checking().check({ user: "bob", password: "fakepassword" }, users)).toBe("wrong");
  });

  it("asks anew when the hash is another one", async () => {
    const check = checking();
    const login = { user: "ann", password: "U*U" };
    await check.check(login, users);
    const changed = new Map([["ann", SECOND]]);
    expect(check.recall(login, changed)).toBeUndefined();
    expect(await check.check(login, changed)).toBe("wrong");
  });

  it("shares one check among all who ask the same, and lets only a few others wait", async () => {
    const check = checking();
    const ask = (password: string) => check.check({ user: "ann", password }, users);
    const same = Array.from({ length: 50 }, () => ask("U*U"));
    const others = Array.from({ length: 20 }, (_, at) => ask(`guess ${at}`));
    expect(new Set(await Promise.all(same))).toEqual(new Set(["right"]));
    const verdicts = await Promise.all(others);
    expect(verdicts.filter((verdict) => verdict === "wrong")).toHaveLength(15);
    expect(verdicts.slice(15)).toEqual(Array<string>(5).fill("busy"));
  });

  it("does not forget who was let in because of wrong guesses", async () => {
    const check = checking();
    const right = { user: "ann", password: "U*U" };
    await check.check(right, users);
    for (let at = 0; at < 120; at += 1) {
      await check.check({ user: "ann", password: `guess ${at}` }, users);
    }
    expect(check.recall(right, users)).toBe("right");
    expect(check.recall({ user: "ann", password: "guess 0" }, users)).toBeUndefined();
    expect(check.recall({ user: "ann", password: "guess 119" }, users)).toBe("wrong");
  });

  it("ends what is under way when it is closed, and what waits behind it", async () => {
    const closing = new AbortController();
    const check = new PasswordCheck(closing.signal);
    const endless = new Map([["ann", FIRST.replace("$05$", "$31$")]]);
    const asked = ["a", "b"].map((password) => check.check({ user: "ann", password }, endless));
    closing.abort(new Error("closing"));
    for (const { status } of await Promise.allSettled(asked)) expect(status).toBe("rejected");
  });
});
