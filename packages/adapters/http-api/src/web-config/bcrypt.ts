/**
 * bcrypt, to check passwords of the web configuration. Written here because the library that takes
 * `$2y$` and does not hold up the loop is a native one, which a program in one file cannot carry, and
 * those in JavaScript work for a fifth of a second without a pause. Here others get a turn every 2 ms.
 *
 * A hash is `$2y$`, the logarithm of the number of rounds, then 22 characters of salt and 31 of the
 * result in an alphabet of its own. `2`, `2a`, `2b` and `2y` name mended programs, not other rules.
 */
import { timingSafeEqual } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { assert } from "@tocsin/foundation";
import { Blowfish } from "./blowfish.ts";

const FORM = /^\$2[aby]?\$(\d\d)\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/;
const ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SALT_SIZE_BYTES = 16;
/** The last of 24 bytes is not kept. */
const RESULT_SIZE_BYTES = 23;
/** What is encrypted with the state in the end, 64 times. */
const MAGIC = Buffer.from("OrpheanBeholderScryDoubt", "latin1");
/** So many rounds take about 2 ms. */
const SLICE_ROUND_COUNT = 16;

/**
 * Whether `hash` was made of `password`. Of the password 72 bytes count. Rejects with the signal's reason
 * as soon as nobody waits for the answer any more.
 */
export async function isPasswordOf(
  hash: string,
  password: string,
  signal: AbortSignal,
): Promise<boolean> {
  const match = FORM.exec(hash);
  assert(
    match !== null,
    "The form of a password hash is checked when the web configuration is read",
  );
  const [, cost = "", saltText = "", resultText = ""] = match;
  const saltBytes = decode(saltText, SALT_SIZE_BYTES);
  const state = await schedule(Buffer.from(`${password}\0`, "utf8"), {
    saltBytes,
    roundCount: 2 ** Number(cost),
    signal,
  });
  return timingSafeEqual(encryptMagic(state), decode(resultText, RESULT_SIZE_BYTES));
}

interface ScheduleOptions {
  readonly saltBytes: Buffer;
  readonly roundCount: number;
  readonly signal: AbortSignal;
}

async function schedule(
  key: Buffer,
  { saltBytes, roundCount, signal }: ScheduleOptions,
): Promise<Blowfish> {
  const state = new Blowfish();
  state.expandKey(key, wordsOf(saltBytes));
  for (let round = 0; round < roundCount; round += 1) {
    if (round % SLICE_ROUND_COUNT === 0) await setImmediate(undefined, { signal });
    state.expandKey(key);
    state.expandKey(saltBytes);
  }
  return state;
}

function encryptMagic(state: Blowfish): Buffer {
  const words = wordsOf(MAGIC);
  for (let at = 0; at < words.length; at += 2) {
    state.block.set(words.subarray(at, at + 2));
    for (let time = 0; time < 64; time += 1) state.encrypt();
    words.set(state.block, at);
  }
  const result = Buffer.alloc(MAGIC.length);
  for (const [at, word] of words.entries()) result.writeInt32BE(word, at * 4);
  return result.subarray(0, RESULT_SIZE_BYTES);
}

function wordsOf(bytes: Buffer): Int32Array {
  return Int32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readInt32BE(at * 4));
}

/** bcrypt's base 64 has the usual bits in another alphabet. */
function decode(text: string, sizeBytes: number): Buffer {
  const usual = text.replace(/./g, (char) => BASE64[ALPHABET.indexOf(char)] ?? "");
  return Buffer.from(usual, "base64").subarray(0, sizeBytes);
}
