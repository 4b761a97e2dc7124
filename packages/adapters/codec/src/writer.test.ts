import fc from "fast-check";
import protobuf from "protobufjs/minimal.js";
import { describe, expect, it } from "vitest";
import { encode, writeWhole } from "./wire.ts";
import { Writer } from "./writer.ts";

/** One value, or a nested message of more of them. */
type Part =
  | { readonly kind: "uint32" | "sfixed32" | "int64" | "double"; readonly number: number }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "nested"; readonly parts: readonly Part[] };

const parts = fc.letrec<{ parts: readonly Part[]; part: Part }>((tie) => ({
  parts: fc.array(tie("part"), { maxLength: 8 }),
  part: fc.oneof(
    { maxDepth: 4 },
    fc.record({ kind: fc.constant("uint32" as const), number: fc.nat(0xffff_ffff) }),
    fc.record({ kind: fc.constant("sfixed32" as const), number: fc.integer() }),
    fc.record({ kind: fc.constant("int64" as const), number: fc.maxSafeInteger() }),
    fc.record({ kind: fc.constant("double" as const), number: fc.double() }),
    fc.record({
      kind: fc.constant("string" as const),
      text: fc.oneof(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.string({ minLength: 100, maxLength: 20_000, size: "max" }),
      ),
    }),
    fc.record({ kind: fc.constant("bytes" as const), bytes: fc.uint8Array({ maxLength: 300 }) }),
    fc.record({ kind: fc.constant("nested" as const), parts: tie("parts") }),
  ),
})).parts;

function write(writer: Writer | protobuf.Writer, all: readonly Part[]): void {
  for (const part of all) {
    if (part.kind === "string") writer.string(part.text);
    else if (part.kind === "bytes") writer.bytes(part.bytes);
    else if (part.kind === "nested") {
      writer.fork();
      write(writer, part.parts);
      writer.ldelim();
    } else writer[part.kind](part.number);
  }
}

describe("Writer", () => {
  it("writes what protobufjs' writer writes", () => {
    const own = new Writer();
    fc.assert(
      fc.property(parts, (all) => {
        const theirs = protobuf.Writer.create();
        write(theirs, all);
        write(own, all);
        expect(Buffer.from(own.finish())).toEqual(Buffer.from(theirs.finish()));
      }),
    );
  });

  it("grows for a message larger than its buffer, and hands out a copy", () => {
    const own = new Writer();
    const large = own.fork().bytes(Buffer.alloc(3_000_000, 1)).ldelim().finish();
    own.bytes(Buffer.alloc(3_000_000, 2)).finish();
    expect(large).toHaveLength(3_000_000 + 8);
    expect(large.at(-1)).toBe(1);
  });

  it("refuses an end without a beginning, and a beginning without an end", () => {
    expect(() => new Writer().ldelim()).toThrow(/begun/);
    expect(() => new Writer().fork().finish()).toThrow(/ended/);
  });
});

describe("encode()", () => {
  it("writes a message while another one is being written", () => {
    const outer = encode((writer) => {
      writer.uint32(1);
      writer.bytes(encode((inner) => inner.uint32(2)));
      writer.uint32(3);
    });
    expect([...outer]).toEqual([1, 1, 2, 3]);
  });

  it("leaves nothing of a message that could not be written", () => {
    expect(() => encode((writer) => writeWhole(writer.uint32(1).fork(), 0.5))).toThrow(/whole/);
    expect([...encode((writer) => writer.uint32(7))]).toEqual([7]);
  });
});
