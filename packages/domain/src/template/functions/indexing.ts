/** Go's template functions `index`, `slice` and `len`. */
import { byteAt, byteSize, sliceText } from "../values/text.ts";
import { GoError, isInteger, UINT8 } from "../values/types.ts";
import {
  GoInteger,
  GoNamedText,
  GoSlice,
  integerOf,
  isMap,
  pointee,
  stringOf,
  typeName,
  typeOf,
  type GoMap,
  type GoValue,
} from "../values/values.ts";
import { zeroOf } from "../values/zero.ts";

/** `index x 1 "a"`: element by element. @throws GoError */
export function indexValue(item: GoValue, indexes: readonly GoValue[]): GoValue {
  if (item === null) throw new GoError("index of untyped nil");
  let found: GoValue = item;
  for (const index of indexes) {
    if (found === null) throw new GoError("index of nil pointer");
    found = indexOnce(pointee(found), index);
  }
  return found;
}

function indexOnce(item: GoValue, index: GoValue): GoValue {
  const text = stringOf(item);
  if (text !== undefined) {
    const at = indexArgument(index, byteSize(text));
    if (at === byteSize(text)) throw new GoError("reflect: string index out of range");
    return new GoInteger(UINT8, BigInt(byteAt(text, at)));
  }
  if (item instanceof GoSlice) {
    const at = indexArgument(index, item.length);
    if (at === item.length) throw new GoError("reflect: slice index out of range");
    return item.at(at);
  }
  if (isMap(item)) return mapElement(item, index);
  throw new GoError(`can't index item of type ${typeName(item)}`);
}

function mapElement(map: GoMap, key: GoValue): GoValue {
  if (key === null) throw new GoError("value is nil; should be of type string");
  if (typeof key !== "string")
    throw new GoError(`value has type ${typeName(key)}; should be string`);
  return map.get(key) ?? zeroOf(map.type.elem);
}

/** An index from 0 up to and including the size. */
function indexArgument(index: GoValue, sizeMax: number): number {
  if (index === null) throw new GoError("cannot index slice/array with nil");
  const type = typeOf(index);
  const at = integerOf(index);
  if (at === undefined || type === undefined || !isInteger(type.kind)) {
    throw new GoError(`cannot index slice/array with type ${typeName(index)}`);
  }
  if (at < 0n || at > sizeMax) throw new GoError(`index out of range: ${at}`);
  return Number(at);
}

/** `slice x 1 3`: as `x[1:3]`, in bytes for a string. @throws GoError */
export function sliceValue(value: GoValue, indexes: readonly GoValue[]): GoValue {
  const item = pointee(value);
  if (item === null) throw new GoError("slice of untyped nil");
  if (indexes.length > 3) throw new GoError(`too many slice indexes: ${indexes.length}`);
  const text = stringOf(item);
  if (text !== undefined && indexes.length === 3) {
    throw new GoError("cannot 3-index slice a string");
  }
  if (text === undefined && !(item instanceof GoSlice)) {
    throw new GoError(`can't slice item of type ${typeName(item)}`);
  }
  const size = text === undefined ? lengthOf(item) : byteSize(text);
  const capacity = item instanceof GoSlice ? item.capacity : size;
  const [from = 0, to = size, limit = capacity] = indexes.map((index) =>
    indexArgument(index, capacity),
  );
  if (from > to) throw new GoError(`invalid slice index: ${from} > ${to}`);
  if (item instanceof GoSlice) {
    if (to > limit) throw new GoError(`invalid slice index: ${to} > ${limit}`);
    const window = { from: item.from + from, length: to - from, capacity: limit - from };
    return new GoSlice(item.type, item.array, window);
  }
  const cut = sliceText(text ?? "", from, to);
  return item instanceof GoNamedText ? new GoNamedText(item.type, cut) : cut;
}

/** Go's `len`. @throws GoError */
export function lengthOf(item: GoValue): number {
  const value = pointee(item);
  if (value === null) throw new GoError("reflect: call of reflect.Value.Type on zero Value");
  const text = stringOf(value);
  if (text !== undefined) return byteSize(text);
  if (value instanceof GoSlice) return value.length;
  if (isMap(value)) return value.size;
  throw new GoError(`len of type ${typeName(value)}`);
}
