/** Randomness, handed in beside the clock, so that one seed replays a whole cluster. */
export interface Random {
  /** A uniform integer in [0, 2^32). */
  uint32(): number;
}

/** A uniform number in [0, 1). */
export function fraction(random: Random): number {
  return random.uint32() / 0x1_0000_0000;
}

/** A random (version 4) UUID in its usual text form. */
export function uuid(random: Random): string {
  const words = [random.uint32(), random.uint32(), random.uint32(), random.uint32()];
  const hex = words.map((word) => word.toString(16).padStart(8, "0")).join("");
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
