import { randomFillSync } from "node:crypto";
import type { Random } from "@tocsin/foundation";

/** One call to the operating system fills this many numbers: a draw costs an array read. */
const POOL_COUNT = 256;

const pool = new Uint32Array(POOL_COUNT);
let used = POOL_COUNT;

/** Numbers from the operating system's cryptographic generator; no number is given out twice. */
export const systemRandom: Random = {
  uint32(): number {
    if (used === POOL_COUNT) {
      randomFillSync(pool);
      used = 0;
    }
    const drawn = pool[used] as number; // Within the pool: `used` is below its size.
    pool[used] = 0;
    used += 1;
    return drawn;
  },
};
