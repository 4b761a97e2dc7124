/**
 * Whether a user may come in. bcrypt is slow on purpose, so what it said is remembered, one password is
 * worked on at a time, and only a few may wait: whoever tries passwords slows down nobody but other new
 * ones. Refusals are remembered apart, so that they cannot push out who has been let in.
 */
import { createHash } from "node:crypto";
import { isPasswordOf } from "./bcrypt.ts";

/** Of passwords that were right, and as many that were wrong. */
const REMEMBERED_COUNT_MAX = 100;
const WAITING_COUNT_MAX = 16;

/** Checked for a user who does not exist, so that the time an answer takes does not tell who does. */
const NOBODY = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";

export type PasswordVerdict = "right" | "wrong" | "busy";

export interface Login {
  readonly user: string;
  readonly password: string;
}

export class PasswordCheck {
  readonly #right = new Set<string>();
  readonly #wrong = new Set<string>();
  /** Being checked or waiting for it: who asks the same meanwhile shares the answer. */
  readonly #open = new Map<string, Promise<boolean>>();
  readonly #signal: AbortSignal;
  #last: Promise<unknown> = Promise.resolve();

  /** The signal ends what is under way. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** What is known without work; undefined when it has to be checked. */
  recall(login: Login, users: ReadonlyMap<string, string>): PasswordVerdict | undefined {
    const key = keyOf(login, users);
    if (this.#right.has(key)) return "right";
    return this.#wrong.has(key) ? "wrong" : undefined;
  }

  async check(login: Login, users: ReadonlyMap<string, string>): Promise<PasswordVerdict> {
    const key = keyOf(login, users);
    let open = this.#open.get(key);
    if (open === undefined) {
      if (this.#open.size >= WAITING_COUNT_MAX) return "busy";
      open = this.#last.then(() => this.#work(login, users.get(login.user)));
      this.#open.set(key, open);
      const forget = (): boolean => this.#open.delete(key);
      this.#last = open.then(forget, forget);
    }
    const isRight = await open;
    remember(isRight ? this.#right : this.#wrong, key);
    return isRight ? "right" : "wrong";
  }

  async #work({ password }: Login, hash: string | undefined): Promise<boolean> {
    const isRight = await isPasswordOf(hash ?? NOBODY, password, this.#signal);
    return isRight && hash !== undefined;
  }
}

/** Names the whole question, so that a changed hash is a new one; without keeping the password. */
function keyOf({ user, password }: Login, users: ReadonlyMap<string, string>): string {
  const question = JSON.stringify([user, password, users.get(user) ?? null]);
  return createHash("sha256").update(question).digest("base64");
}

/** The set forgets what it has known longest. */
function remember(set: Set<string>, key: string): void {
  if (set.has(key)) return;
  const [oldest] = set;
  if (set.size >= REMEMBERED_COUNT_MAX && oldest !== undefined) set.delete(oldest);
  set.add(key);
}
