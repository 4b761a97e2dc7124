/** zlib's own sizes, as its options name them. */
export interface DeflateSize {
  readonly windowBits: number;
  readonly memLevel: number;
  readonly chunkSize: number;
}

const WINDOW_BITS_MIN = 9;
const WINDOW_BITS_MAX = 15;
const CHUNK_SIZE_MIN_BYTES = 1_024;
const CHUNK_SIZE_MAX_BYTES = 16 * 1_024;

/**
 * How large zlib's tables need to be for so many bytes: a window that holds them all packs no worse than a
 * larger one. The default is made for streams, 270 KB for each text and a block of 16 KiB for its result:
 * packing thousands of small texts, that is most of the work and leaves a hundred megabytes of garbage.
 */
export function deflateSizeFor(sizeBytes: number): DeflateSize {
  const bits = Math.ceil(Math.log2(Math.max(sizeBytes, 1)));
  const windowBits = Math.min(Math.max(bits, WINDOW_BITS_MIN), WINDOW_BITS_MAX);
  return {
    windowBits,
    // The table of hashes grows with the window; 8 is the default beside a window of 15.
    memLevel: windowBits - 7,
    chunkSize: Math.min(Math.max(sizeBytes >>> 1, CHUNK_SIZE_MIN_BYTES), CHUNK_SIZE_MAX_BYTES),
  };
}
