/**
 * How far Go's `append` grows a list. It shows: what is appended to one list can turn up in another
 * that shares its spare room. An interface takes 16 bytes, and memory comes in fixed sizes.
 */
const ELEMENT_BYTES = 16;
const DOUBLING_UNTIL = 256;
const PAGE_BYTES = 8192;
/** Sizes that Go's allocator hands out, in elements, up to 32 KiB. */
const SIZES: readonly number[] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 26, 28, 30, 32, 36, 40, 44,
  48, 56, 64, 72, 80, 88, 96, 112, 128, 144, 168, 192, 200, 216, 256, 304, 320, 336, 384, 408, 424,
  432, 512, 592, 608, 640, 680, 768, 848, 896, 1024, 1152, 1192, 1280, 1360, 1536, 1704, 1792, 2048,
];

/** The capacity of a list of `interface {}` after it grew to hold `length` elements. */
export function grownCapacity(capacity: number, length: number): number {
  let wanted = capacity;
  if (length > capacity * 2) wanted = length;
  else if (capacity < DOUBLING_UNTIL) wanted = capacity * 2;
  else while (wanted < length) wanted += Math.floor((wanted + 3 * DOUBLING_UNTIL) / 4);
  const size = SIZES.find((candidate) => candidate >= wanted);
  if (size !== undefined) return size;
  return (Math.ceil((wanted * ELEMENT_BYTES) / PAGE_BYTES) * PAGE_BYTES) / ELEMENT_BYTES;
}
