/**
 * The frames of a stream between two instances (`peer.proto`), to and from bytes.
 *
 * The content of a request is encoded apart from its frame: the same request goes to several owners, each
 * time under another number, and need be encoded only once.
 */
import type { InstanceId } from "@tocsin/domain/model";
import type { Lane, PeerReply, PeerRequest, Ping, RequestKind } from "@tocsin/engine/peer";
import { AppError, ERROR_TRAITS, type ErrorCode } from "@tocsin/foundation";
import { choice, name, natural, text } from "./fields.ts";
import { ping } from "./peer-claims.ts";
import { EXCHANGES } from "./peer-exchanges.ts";
import { message, readNested, writeNested, type Codec } from "./schema.ts";
import type { StringPool } from "./string-pool.ts";
import {
  decode,
  encode,
  enter,
  MalformedError,
  readWhole,
  skip,
  writeWhole,
  type Source,
  type Writer,
} from "./wire.ts";

/** The first frame of a caller: who it is and whom it wants. */
export interface Hello {
  readonly kind: "hello";
  readonly protocol: number;
  readonly from: InstanceId;
  readonly incarnation: number;
  readonly to: InstanceId;
  readonly lane: Lane;
}

/** The first frame of an answerer: the caller's frames will be heard. */
export interface Welcome {
  readonly kind: "welcome";
  readonly protocol: number;
  readonly from: InstanceId;
  readonly incarnation: number;
}

/** An error of the answerer, as its caller gets to see it. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * What a caller sends. `broken`: a request whose number is known but whose content is not what it should
 * be. It is answered with the error; the stream goes on.
 */
export type CallerFrame =
  | Hello
  | { readonly kind: "ping"; readonly ping: Ping }
  | { readonly kind: "request"; readonly id: number; readonly request: PeerRequest }
  | { readonly kind: "broken"; readonly id: number; readonly error: AppError }
  | { readonly kind: "cancel"; readonly id: number };

/** What an answerer sends. */
export type AnswererFrame =
  | Welcome
  /** `to`: the kind of request that it answers. */
  | {
      readonly kind: "reply";
      readonly id: number;
      readonly to: RequestKind;
      readonly reply: PeerReply;
    }
  | { readonly kind: "broken"; readonly id: number; readonly error: AppError }
  | { readonly kind: "failure"; readonly id: number; readonly failure: Failure };

const LANES: readonly Lane[] = ["control", "data"];

const hello = message<Omit<Hello, "kind">>({
  protocol: natural(1),
  from: name<InstanceId>(2),
  incarnation: natural(3),
  to: name<InstanceId>(4),
  lane: choice(5, LANES),
});

const welcome = message<Omit<Welcome, "kind">>({
  protocol: natural(1),
  from: name<InstanceId>(2),
  incarnation: natural(3),
});

const cancel = message<{ readonly id: number }>({ id: natural(1) });
const failureText = message<{ code: string; message: string }>({ code: text(1), message: text(2) });

const HELLO = { tag: 10, codec: hello };
const PING = { tag: 18, codec: ping };
const CANCEL = { tag: 34, codec: cancel };
const WELCOME = { tag: 10, codec: welcome };
const FAILURE = { tag: 122, codec: failureText };
const REQUEST_TAG = 26;
const REPLY_TAG = 18;
const ID_TAG = 8;

/** A content on the wire, by its tag in `Request` or `Reply`. */
interface Content {
  readonly kind: RequestKind;
  /** Which kind has which content is settled by `EXCHANGES`; here only the tag is known. */
  readonly codec: Codec<object>;
}

const REQUEST_CONTENTS = contentsByTag("request");
const REPLY_CONTENTS = contentsByTag("reply");

function contentsByTag(side: "request" | "reply"): ReadonlyMap<number, Content> {
  const kinds = Object.keys(EXCHANGES) as RequestKind[];
  return new Map(
    kinds.map((kind) => [EXCHANGES[kind].number * 8 + 2, { kind, codec: EXCHANGES[kind][side] }]),
  );
}

/** Encodes a hello, a ping or a cancel. Requests: `encodeRequest`. */
export function encodeCallerFrame(
  frame: Exclude<CallerFrame, { readonly kind: "request" | "broken" }>,
): Uint8Array {
  return encode((writer) => {
    if (frame.kind === "hello") writeNested(writer, HELLO, frame);
    else if (frame.kind === "ping") writeNested(writer, PING, frame.ping);
    else writeNested(writer, CANCEL, frame);
  });
}

/** Encodes what a request carries, for `encodeRequest`. */
export function encodeContent<K extends RequestKind>(request: PeerRequest<K>): Uint8Array {
  return encode((writer) => EXCHANGES[request.kind].request.write(writer, request.body));
}

/** Puts a request's content into its frame, under a number of the stream. */
export function encodeRequest(id: number, kind: RequestKind, content: Uint8Array): Uint8Array {
  return encode((writer) => {
    writer.uint32(REQUEST_TAG).fork();
    writeId(writer, id);
    writer.uint32(EXCHANGES[kind].number * 8 + 2).bytes(content);
    writer.ldelim();
  });
}

/** Encodes the answer to a request of this kind. */
export function encodeReply<K extends RequestKind>(
  answer: { readonly id: number; readonly kind: K },
  reply: PeerReply<K>,
): Uint8Array {
  const { number, reply: codec } = EXCHANGES[answer.kind];
  return encode((writer) => {
    writer.uint32(REPLY_TAG).fork();
    writeId(writer, answer.id);
    writeNested(writer, { tag: number * 8 + 2, codec }, reply);
    writer.ldelim();
  });
}

/** Encodes the refusal of a request. */
export function encodeFailure(id: number, failure: Failure): Uint8Array {
  return encode((writer) => {
    writer.uint32(REPLY_TAG).fork();
    writeId(writer, id);
    writeNested(writer, FAILURE, failure);
    writer.ldelim();
  });
}

/** Encodes the answer to a hello. */
export function encodeWelcome(frame: Omit<Welcome, "kind">): Uint8Array {
  return encode((writer) => writeNested(writer, WELCOME, frame));
}

/** Decodes what a caller sent. Throws `invalid-argument` when not even the frame can be read. */
export function decodeCallerFrame(bytes: Uint8Array, pool: StringPool): CallerFrame {
  return decode(bytes, { what: "a caller's frame", code: "invalid-argument", pool }, (source) => {
    const frame = readOneOf<Exclude<CallerFrame, { readonly kind: "request" }> | Numbered>(source, {
      [HELLO.tag]: () => ({ kind: "hello", ...readNested(source, hello) }),
      [PING.tag]: () => ({ kind: "ping", ping: readNested(source, ping) }),
      [REQUEST_TAG]: () => readNumbered(source, REQUEST_CONTENTS),
      [CANCEL.tag]: () => ({ kind: "cancel", ...readNested(source, cancel) }),
    });
    if (frame.kind === "failure") throw new MalformedError("a request that is a failure");
    if (frame.kind !== "content") return frame;
    const { id, content, value } = frame;
    // Kind and content were read by one entry of `EXCHANGES`, so they belong together.
    return { kind: "request", id, request: { kind: content.kind, body: value } as PeerRequest };
  });
}

/** Decodes what an answerer sent. Throws `invalid-argument` when not even the frame can be read. */
export function decodeAnswererFrame(bytes: Uint8Array, pool: StringPool): AnswererFrame {
  return decode(
    bytes,
    { what: "an answerer's frame", code: "invalid-argument", pool },
    (source) => {
      const frame = readOneOf<Welcome | Numbered>(source, {
        [WELCOME.tag]: () => ({ kind: "welcome", ...readNested(source, welcome) }),
        [REPLY_TAG]: () => readNumbered(source, REPLY_CONTENTS),
      });
      if (frame.kind !== "content") return frame;
      // As above.
      const { id, content, value } = frame;
      return { kind: "reply", id, to: content.kind, reply: value as PeerReply };
    },
  );
}

function writeId(writer: Writer, id: number): void {
  writeWhole(writer.uint32(ID_TAG), id);
}

function readOneOf<T>(source: Source, readers: Readonly<Record<number, () => T>>): T {
  const { reader } = source;
  let found: T | undefined;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const read = readers[tag];
    if (read === undefined) skip(reader, tag);
    else found = read();
  }
  if (found === undefined) throw new MalformedError("a frame of no known kind");
  return found;
}

type Numbered =
  | {
      readonly kind: "content";
      readonly id: number;
      readonly content: Content;
      readonly value: object;
    }
  | { readonly kind: "failure"; readonly id: number; readonly failure: Failure }
  | { readonly kind: "broken"; readonly id: number; readonly error: AppError };

/**
 * Reads a `Request` or `Reply`. The content is only marked on the way, and decoded when all else, the
 * number above all, is known: then whoever waits can be told that it is broken.
 */
function readNumbered(source: Source, contents: ReadonlyMap<number, Content>): Numbered {
  const { reader } = source;
  const outerEnd = enter(reader);
  const end = reader.len;
  let id = 0;
  let failure: Failure | undefined;
  let content: Content | undefined;
  let contentAt = 0;
  while (reader.pos < end) {
    const tag = reader.uint32();
    const known = contents.get(tag);
    if (tag === ID_TAG) id = readWhole(reader);
    else if (tag === FAILURE.tag) failure = readFailure(source);
    else {
      if (known !== undefined) [content, contentAt] = [known, reader.pos];
      skip(reader, tag);
    }
  }
  reader.len = outerEnd;
  if (failure !== undefined) return { kind: "failure", id, failure };
  const after = reader.pos;
  try {
    if (content === undefined) throw new MalformedError("a request or reply of no known kind");
    reader.pos = contentAt;
    const value = readNested(source, content.codec);
    return { kind: "content", id, content, value };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Cannot decode ${content?.kind ?? "message"} number ${id}: ${reason}`;
    return {
      kind: "broken",
      id,
      error: new AppError("invalid-argument", message, { cause: error }),
    };
  } finally {
    reader.pos = after;
    reader.len = outerEnd;
  }
}

function readFailure(source: Source): Failure {
  const { code, message: reason } = readNested(source, failureText);
  // A newer peer may have codes that this version has not.
  return { code: isErrorCode(code) ? code : "internal", message: reason };
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_TRAITS, text);
}
