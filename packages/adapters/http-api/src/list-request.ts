/**
 * What lists take besides upstream's parameters: `limit` and `cursor` for a part at a time, `sort` for the
 * order (`-` before it turns it round), `fields` for a part of each item. All are additive: without them a
 * list is what upstream's is.
 *
 * A cursor is the place of the last item that was shown, by what it was sorted by and by its identity. So
 * pages neither repeat nor miss an item that stays, whatever comes and goes between them, and nothing is
 * kept on the server.
 */
import { AppError } from "@tocsin/foundation";
import { compareText } from "@tocsin/domain/model";
import type { Exchange } from "./exchange.ts";
import { mapPaced, sortPaced } from "./pace.ts";
import type { Query } from "./query-text.ts";

/** What there is to sort by and to choose of one kind of list. */
export interface ListKind<T> {
  /** What tells an item from every other; the order of pages unless `sort` says otherwise. */
  readonly id: (item: T) => string;
  readonly sorts: Readonly<Record<string, (item: T) => string | number>>;
  readonly fields: readonly string[];
}

export interface ListRequest<T> {
  readonly countMax: number | undefined;
  readonly order: ListOrder<T> | undefined;
  readonly after: Place | undefined;
  /** Undefined: all of them. */
  readonly fields: ReadonlySet<string> | undefined;
}

interface ListOrder<T> {
  /** As it was written, for the cursor: it only holds for the same order. */
  readonly text: string;
  readonly key: (item: T) => string | number;
  readonly sign: 1 | -1;
}

interface Place {
  readonly key: string | number;
  readonly id: string;
}

/** Reads the four parameters. Throws `invalid-argument` with the parameter and what it may be. */
export function listRequest<T>(query: Query, kind: ListKind<T>): ListRequest<T> {
  const countMax = countParam(query);
  const cursor = query.get("cursor") ?? "";
  const isPaged = countMax !== undefined || cursor !== "";
  const order = orderParam(query, kind) ?? (isPaged ? byId(kind) : undefined);
  const after = cursor === "" ? undefined : placeParam(cursor, order?.text ?? "");
  return { countMax, order, after, fields: fieldsParam(query, kind) };
}

/** The items that are asked for. Where there are more, the answer's headers say how to go on. */
export async function pageOf<T>(
  items: readonly T[],
  { request, kind, exchange }: ListContext<T>,
): Promise<readonly T[]> {
  const { countMax, order, after } = request;
  const { pace } = exchange;
  if (order === undefined) return items;
  const placed = await mapPaced(
    items,
    (item) => ({ item, place: { key: order.key(item), id: kind.id(item) } }),
    pace,
  );
  const compare = (left: Place, right: Place): number =>
    order.sign * compareKeys(left.key, right.key) || compareText(left.id, right.id);
  const sorted = await sortPaced(placed, (left, right) => compare(left.place, right.place), pace);
  const start =
    after === undefined ? 0 : sorted.findIndex(({ place }) => compare(place, after) > 0);
  if (start < 0) return [];
  const end = countMax === undefined ? sorted.length : start + countMax;
  const last = sorted[end - 1];
  if (last !== undefined && end < sorted.length) showNext(exchange, order.text, last.place);
  return sorted.slice(start, end).map(({ item }) => item);
}

export interface ListContext<T> {
  readonly request: ListRequest<T>;
  readonly kind: ListKind<T>;
  readonly exchange: Exchange;
}

/** The JSON text of an item with nothing but the fields that are asked for. */
export function withFields<T>(
  text: string,
  { request: { fields }, exchange }: Omit<ListContext<T>, "kind">,
): string {
  if (fields === undefined) return text;
  exchange.pace.cut(text.length);
  const item = JSON.parse(text) as Readonly<Record<string, unknown>>; // Printed by us as an object.
  return JSON.stringify(
    Object.fromEntries(Object.entries(item).filter(([name]) => fields.has(name))),
  );
}

function countParam(query: Query): number | undefined {
  const text = query.get("limit") ?? "";
  if (text === "") return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw refusal("limit", text, "a whole number from 1 is wanted");
}

function orderParam<T>(query: Query, kind: ListKind<T>): ListOrder<T> | undefined {
  const text = query.get("sort") ?? "";
  if (text === "") return undefined;
  const name = text.replace(/^-/, "");
  const key = Object.hasOwn(kind.sorts, name) ? kind.sorts[name] : undefined;
  if (key !== undefined) return { text, key, sign: text === name ? 1 : -1 };
  const names = Object.keys(kind.sorts).join(", ");
  throw refusal("sort", text, `one of ${names} is wanted, with "-" before it to turn it round`);
}

function byId<T>(kind: ListKind<T>): ListOrder<T> {
  return { text: "", key: kind.id, sign: 1 };
}

function fieldsParam<T>(query: Query, kind: ListKind<T>): ReadonlySet<string> | undefined {
  const text = query.get("fields") ?? "";
  if (text === "") return undefined;
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !kind.fields.includes(name));
  if (unknown === undefined) return new Set(names);
  throw refusal("fields", unknown, `some of ${kind.fields.join(", ")} are wanted`);
}

function placeParam(cursor: string, order: string): Place {
  try {
    const written = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown;
    if (Array.isArray(written)) {
      const [text, key, id] = written as readonly unknown[];
      const isKey = typeof key === "string" || typeof key === "number";
      if (text === order && isKey && typeof id === "string") return { key, id };
    }
  } catch {
    // Refused below.
  }
  throw refusal("cursor", cursor, "what the page before named is wanted, with the same sort");
}

function showNext({ req, res, fullPath }: Exchange, order: string, { key, id }: Place): void {
  const cursor = Buffer.from(JSON.stringify([order, key, id])).toString("base64url");
  const query = new URLSearchParams((req.url ?? "").split("?").slice(1).join("?"));
  query.set("cursor", cursor);
  res.setHeader("X-Tocsin-Next-Cursor", cursor);
  res.setHeader("Link", `<${fullPath}?${query.toString()}>; rel="next"`);
}

function compareKeys(left: string | number, right: string | number): number {
  // All keys of one order are of one type.
  if (typeof left === "string" || typeof right === "string")
    return compareText(`${left}`, `${right}`);
  return left - right;
}

function refusal(name: string, value: string, wanted: string): AppError {
  const shown = JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
  return new AppError("invalid-argument", `parameter "${name}" cannot be ${shown}: ${wanted}`);
}
