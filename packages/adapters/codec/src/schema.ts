/**
 * Messages declared once, for both directions. A message is an object with one field each for its keys;
 * a field knows its number, how it is written, and how one occurrence of it is read. So what is written
 * and what is read cannot drift apart, and the declaration reads like the `.proto` file, which a test
 * holds it against by reflection.
 *
 * As in proto3, values equal to their default are not written, and a missing field reads as its default.
 * Fields of unknown number, or of another wire type than ours, are skipped: a newer peer may send them.
 */
import { enter, leave, MalformedError, skip, type Source, type Writer } from "./wire.ts";

/** How the content of one message is written and read, without its length. */
export interface Codec<T> {
  write(writer: Writer, value: T): void;
  /** Reads up to the end that `source.reader.len` names. */
  read(source: Source): T;
}

/** One field of a message. `Held` is what is gathered while reading, `V` what it becomes at the end. */
export interface Field<V> {
  readonly number: number;
  readonly wireType: number;
  write(writer: Writer, value: V): void;
  /** The value while no occurrence has been read. */
  initial(): V;
  /** Reads one occurrence; `previous` is what was there, for fields that repeat. */
  read(source: Source, previous: V): V;
  /** Tells what is wrong with the value after all was read, undefined for nothing. */
  check?(value: V): string | undefined;
}

export type Fields<T> = { readonly [K in keyof T]-?: Field<T[K]> };

/** The tag that stands before each occurrence of a field. */
export function tagOf(field: { readonly number: number; readonly wireType: number }): number {
  return field.number * 8 + field.wireType;
}

/** A message with these fields. Extra keys of a written value are ignored. */
export function message<T extends object>(fields: Fields<T>): Codec<T> {
  // Seen from here every field holds something unknown; `Fields<T>` has paired them with their keys.
  const entries = Object.entries<Field<unknown>>(fields);
  const placeByTag = new Map(entries.map(([, field], place) => [tagOf(field), place]));
  return {
    write(writer, value) {
      const values = value as Readonly<Record<string, unknown>>;
      for (const [key, field] of entries) field.write(writer, values[key]);
    },
    read(source) {
      const held = entries.map(([, field]) => field.initial());
      const { reader } = source;
      while (reader.pos < reader.len) {
        const tag = reader.uint32();
        const place = placeByTag.get(tag);
        const entry = place === undefined ? undefined : entries[place];
        if (place === undefined || entry === undefined) skip(reader, tag);
        else held[place] = entry[1].read(source, held[place]);
      }
      return gather(entries, held) as T;
    },
  };
}

function gather(entries: readonly [string, Field<unknown>][], held: readonly unknown[]): object {
  const value: Record<string, unknown> = {};
  for (const [at, [key, field]] of entries.entries()) {
    const problem = field.check?.(held[at]);
    if (problem !== undefined) throw new MalformedError(`"${key}" ${problem}`);
    value[key] = held[at];
  }
  return value;
}

/** Writes a nested message with its tag and length. */
export function writeNested<T>(
  writer: Writer,
  at: { tag: number; codec: Codec<T> },
  value: T,
): void {
  writer.uint32(at.tag).fork();
  at.codec.write(writer, value);
  writer.ldelim();
}

/** Reads a nested message with its length. */
export function readNested<T>(source: Source, codec: Pick<Codec<T>, "read">): T {
  const outerEnd = enter(source.reader);
  const value = codec.read(source);
  leave(source.reader, outerEnd);
  return value;
}

/** A kind of a union: its number in the `oneof` and what it carries besides `kind`. */
export interface Variant<T> {
  readonly number: number;
  readonly codec: Codec<T>;
}

type Variants<T extends { readonly kind: string }> = {
  readonly [K in T["kind"]]: Variant<Omit<Extract<T, { readonly kind: K }>, "kind">>;
};

/** A union told apart by `kind`: a message that is one `oneof`. An unknown or missing kind is refused. */
export function union<T extends { readonly kind: string }>(variants: Variants<T>): Codec<T> {
  // `Variants<T>` has paired each codec with its kind; from here on they are looked up by name.
  const entries = Object.entries<Variant<object>>(variants);
  const byKind = new Map(
    entries.map(([kind, { number, codec }]) => [kind, { tag: number * 8 + 2, codec }]),
  );
  const byTag = new Map(
    entries.map(([kind, { number, codec }]) => [number * 8 + 2, { kind, codec }]),
  );
  return {
    write(writer, value) {
      const variant = byKind.get(value.kind);
      if (variant === undefined) throw new TypeError(`No such kind: "${value.kind}"`);
      writeNested(writer, variant, value);
    },
    read(source) {
      const { reader } = source;
      let found: object | undefined;
      while (reader.pos < reader.len) {
        const tag = reader.uint32();
        const variant = byTag.get(tag);
        if (variant === undefined) skip(reader, tag);
        else found = { kind: variant.kind, ...readNested(source, variant.codec) };
      }
      if (found === undefined) throw new MalformedError("a message of no known kind");
      return found as T;
    },
  };
}

/** Carries nothing. */
export const NOTHING: Codec<object> = message<object>({});
