/**
 * The items of a JSON list, without handing the whole body to the parser: `JSON.parse` cannot be stopped,
 * and 16 MiB made for it keep it busy for ten seconds. A pass over the bytes finds where the items are and
 * how large, in slices; then they are parsed some at a time. Between two slices others have a turn.
 *
 * The pass knows strings, brackets, commas and colons, and leaves everything else to the parser. What it
 * takes for an item may be no JSON, but what is JSON it never cuts in the wrong place.
 */
import { AppError } from "@tocsin/foundation";
import type { Pace } from "../pace.ts";
import { mismatch, hasHalfCharacter, LimitProblem, parseJsonBody, SyntaxProblem } from "./json.ts";

export interface ItemLimits {
  /** Of the JSON text of one item. */
  readonly sizeMaxBytes: number;
  /** Names with a value in one item, at whatever depth. */
  readonly fieldCountMax: number;
  /** Of the value of one label. */
  readonly labelMaxChars: number;
}

/** Some of the items in their order. */
export interface ItemBatch {
  /** The index of the first one. */
  readonly first: number;
  /** An `ItemProblem` stands for each that was not parsed. */
  readonly items: readonly unknown[];
  /** Some string may hold half a surrogate pair. */
  readonly mend: boolean;
}

/** Stands for an item that breaks a limit and was not parsed. */
export class ItemProblem {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Below this the whole body is parsed at once, unless items must be smaller still. */
const WHOLE_SIZE_MAX_BYTES = 128 * 1024;
const SCAN_SLICE_BYTES = 512 * 1024;
const BATCH_SIZE_BYTES = 64 * 1024;
const BATCH_COUNT = 500;
/** So many alerts do not fit into the largest body: these are smaller than any that means something. */
const ITEM_COUNT_MAX = 250_000;
/** Nothing that the API takes is nested deeper than five. */
const DEPTH_MAX = 16;

export interface ItemReading {
  /** Of the list, for messages. */
  readonly name: string;
  readonly limits: ItemLimits;
  readonly pace: Pace;
}

type Batches = readonly ItemBatch[] | AsyncIterable<ItemBatch> | undefined;

/**
 * The first value of the body as batches of items; undefined for a body of nothing but blanks. A small one
 * is mostly read at once, as most bodies are.
 */
export function readItems(body: Buffer, reading: ItemReading): Batches | Promise<Batches> {
  const { name, limits, pace } = reading;
  if (body.length > Math.min(WHOLE_SIZE_MAX_BYTES, limits.sizeMaxBytes)) {
    return readLarge(body, reading);
  }
  const turn = pace.read(body.length);
  return turn === undefined ? readWhole(body, name) : turn.then(() => readWhole(body, name));
}

function readWhole(body: Buffer, name: string): readonly ItemBatch[] | undefined {
  const parsed = parseJsonBody(body);
  if (parsed.kind === "empty") return undefined;
  if (parsed.kind === "bad") throw new SyntaxProblem(parsed.reason);
  const items = parsed.value ?? [];
  if (!Array.isArray(items)) throw mismatch(name, "array", items);
  return [{ first: 0, items: items as readonly unknown[], mend: parsed.mend }];
}

async function readLarge(body: Buffer, { name, limits, pace }: ItemReading): Promise<Batches> {
  const start = skipBlanks(body);
  if (start === body.length) return undefined;
  if (body[start] !== LIST_START) throw mismatch(name, "array", sampleOf(body, start));
  const places = await findItems(body, start + 1, pace);
  return parseItems(body, places, { limits, pace });
}

/** Where an item begins and ends, and how many fields it has. */
interface ItemPlace {
  readonly start: number;
  readonly end: number;
  readonly fieldCount: number;
}

async function* parseItems(
  body: Buffer,
  places: readonly ItemPlace[],
  { limits, pace }: Pick<ItemReading, "limits" | "pace">,
): AsyncGenerator<ItemBatch, void, undefined> {
  let first = 0;
  while (first < places.length) {
    const problem = findProblem(places[first], limits);
    const end = problem === undefined ? findBatchEnd(places, first, limits) : first + 1;
    await pace.read((places[end - 1]?.end ?? 0) - (places[first]?.start ?? 0));
    if (problem !== undefined) yield { first, items: [problem], mend: false };
    else yield parseBatch(body, places, { first, end });
    first = end;
  }
}

/** The end of what is parsed at once: so many items or bytes, and none that breaks a limit. */
function findBatchEnd(places: readonly ItemPlace[], first: number, limits: ItemLimits): number {
  const start = places[first]?.start ?? 0;
  let at = first + 1;
  while (at < places.length && at - first < BATCH_COUNT) {
    const place = places[at];
    if (place === undefined || place.end - start > BATCH_SIZE_BYTES) break;
    if (findProblem(place, limits) !== undefined) break;
    at += 1;
  }
  return at;
}

function parseBatch(
  body: Buffer,
  places: readonly ItemPlace[],
  { first, end }: { readonly first: number; readonly end: number },
): ItemBatch {
  const start = places[first]?.start ?? 0;
  const text = body.toString("utf8", start, places[end - 1]?.end ?? start);
  try {
    // A list around them: between the items there are commas.
    const items = JSON.parse(`[${text}]`) as readonly unknown[];
    return { first, items, mend: hasHalfCharacter(text) };
  } catch (thrown) {
    const { message } = AppError.from(thrown);
    throw new SyntaxProblem(`${message}, counted from byte ${start} (item ${first})`);
  }
}

function findProblem(
  place: ItemPlace | undefined,
  { sizeMaxBytes, fieldCountMax }: ItemLimits,
): ItemProblem | undefined {
  if (place === undefined) return undefined;
  const sizeBytes = place.end - place.start;
  if (sizeBytes > sizeMaxBytes) {
    return new ItemProblem(
      `it has ${sizeBytes} bytes of at most ${sizeMaxBytes} (--limits.max-item-bytes)`,
    );
  }
  return place.fieldCount > fieldCountMax
    ? tooManyFields(place.fieldCount, fieldCountMax)
    : undefined;
}

/** Also for an item that was parsed, as it was in a small body. */
export function tooManyFields(fieldCount: number, fieldCountMax: number): ItemProblem {
  return new ItemProblem(
    `it has ${fieldCount} fields of at most ${fieldCountMax} (--limits.max-item-fields)`,
  );
}

/** Finds the items of the list whose bracket stands just before `start`. */
async function findItems(body: Buffer, start: number, pace: Pace): Promise<readonly ItemPlace[]> {
  const scan = new ItemScan(body, start);
  // Looking at a byte is a tenth of reading it.
  while (!scan.run(SCAN_SLICE_BYTES)) await pace.read(SCAN_SLICE_BYTES / 10);
  return scan.places;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const LIST_START = 0x5b;
const ESCAPE = 0x5c;
const LIST_END = 0x5d;
const OBJECT_START = 0x7b;
const OBJECT_END = 0x7d;

class ItemScan {
  readonly places: ItemPlace[] = [];
  readonly #body: Buffer;
  #at: number;
  #itemStart: number;
  #fieldCount = 0;
  #depth = 1;
  #inString = false;

  constructor(body: Buffer, start: number) {
    this.#body = body;
    this.#at = start;
    this.#itemStart = start;
  }

  /** Looks at some more bytes; true when the list has ended. Throws when it cannot end well. */
  run(sizeBytes: number): boolean {
    const body = this.#body;
    const end = Math.min(this.#at + sizeBytes, body.length);
    let at = this.#at;
    for (; at < end; at += 1) {
      const byte = body[at] as number; // Within the body.
      if (this.#inString) {
        if (byte === ESCAPE) at += 1;
        else if (byte === QUOTE) this.#inString = false;
      } else if (byte === QUOTE) this.#inString = true;
      else if (byte === COLON) this.#fieldCount += 1;
      else if (byte === LIST_START || byte === OBJECT_START) this.#open(at);
      else if (byte === LIST_END || byte === OBJECT_END) {
        this.#depth -= 1;
        if (this.#depth === 0) return this.#close(at, byte);
      } else if (byte === COMMA && this.#depth === 1) this.#endItem(at);
    }
    this.#at = at;
    if (at >= body.length) throw new SyntaxProblem("Unexpected end of JSON input");
    return false;
  }

  #open(at: number): void {
    this.#depth += 1;
    if (this.#depth <= DEPTH_MAX) return;
    const where = `byte ${at} (item ${this.places.length})`;
    throw new SyntaxProblem(`nested deeper than ${DEPTH_MAX} at ${where}`);
  }

  #endItem(at: number): void {
    // The parser gets several at once, and between two commas it would see nothing missing.
    if (skipBlanks(this.#body, this.#itemStart) === at) {
      const where = `byte ${at} (item ${this.places.length})`;
      throw new SyntaxProblem(`Unexpected token "${this.#char(at)}" at ${where}`);
    }
    if (this.places.length >= ITEM_COUNT_MAX) {
      throw new LimitProblem(`at most ${ITEM_COUNT_MAX} items are taken at once`);
    }
    this.places.push({ start: this.#itemStart, end: at, fieldCount: this.#fieldCount });
    this.#itemStart = at + 1;
    this.#fieldCount = 0;
  }

  #char(at: number): string {
    return String.fromCharCode(this.#body[at] as number); // Within the body.
  }

  #close(at: number, byte: number): true {
    if (byte !== LIST_END) {
      throw new SyntaxProblem(`Unexpected token "}" at byte ${at}`);
    }
    const isEmpty = this.places.length === 0 && skipBlanks(this.#body, this.#itemStart) === at;
    if (!isEmpty) this.#endItem(at);
    return true;
  }
}

/** Where something begins that is no blank. */
function skipBlanks(body: Buffer, start = 0): number {
  let at = start;
  while (at < body.length && isBlank(body[at] as number)) at += 1;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Something of the kind that stands there, for the message. */
function sampleOf(body: Buffer, at: number): unknown {
  if (body[at] === OBJECT_START) return {};
  return body[at] === QUOTE ? "" : 0;
}
