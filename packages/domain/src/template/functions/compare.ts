/** Go's template comparisons: `eq ne lt le gt ge`. Kinds must agree, and only basic ones have order. */
import { compareText } from "../../model/index.ts";
import type { Budget } from "../budget.ts";
import { sprint, sprintf } from "../fmt/printf.ts";
import { GoTime } from "../time/time.ts";
import { GoError, type GoType } from "../values/types.ts";
import {
  GoComplex,
  GoPointer,
  GoSlice,
  integerOf,
  isMap,
  stringOf,
  typeName,
  typeOf,
  type GoValue,
} from "../values/values.ts";

type BasicKind = "bool" | "complex" | "float" | "integer" | "string";

function basicKind(value: GoValue): BasicKind | undefined {
  const kind = typeOf(value)?.kind;
  switch (kind) {
    case "bool":
    case "string":
      return kind;
    case "complex128":
      return "complex";
    case "float64":
      return "float";
    case "int":
    case "int32":
    case "int64":
    case "uint8":
    case "uint64":
      // Signs do not matter: integers are compared by value.
      return "integer";
    default:
      return undefined;
  }
}

/** Whether the first equals any of the others. @throws GoError */
export function equalsAny(first: GoValue, others: readonly GoValue[], budget: Budget): boolean {
  if (others.length === 0) throw new GoError("missing argument for comparison");
  return others.some((other) => equals(first, other, budget));
}

export function equals(left: GoValue, right: GoValue, budget: Budget): boolean {
  const kind = basicKind(left);
  if (kind !== basicKind(right)) {
    if (left === null || right === null) return false;
    throw incompatible(left, right);
  }
  switch (kind) {
    case "integer":
      return integerOf(left) === integerOf(right);
    case "string":
      return stringOf(left) === stringOf(right);
    case "complex":
      return (
        left instanceof GoComplex &&
        right instanceof GoComplex &&
        left.re === right.re &&
        left.im === right.im
      );
    case "bool":
    case "float":
      return left === right;
    case undefined:
      return equalsComposite(left, right, budget);
  }
}

function equalsComposite(left: GoValue, right: GoValue, budget: Budget): boolean {
  const [leftType, rightType] = [typeOf(left), typeOf(right)];
  if (leftType !== undefined && rightType !== undefined && leftType.kind !== rightType.kind) {
    const [shown, other] = [sprintf("%s", [left], budget), sprint([right], budget)];
    throw new GoError(
      `non-comparable types ${shown}: ${leftType.name}, ${rightType.name}: ${other}`,
    );
  }
  if (isNil(left) || isNil(right)) return isNil(left) === isNil(right);
  if (rightType !== undefined && !isComparable(rightType)) {
    throw new GoError(`non-comparable type ${sprintf("%s", [right], budget)}: ${rightType.name}`);
  }
  return leftType === rightType && isSameStruct(left, right, budget);
}

function isSameStruct(left: GoValue, right: GoValue, budget: Budget): boolean {
  if (left instanceof GoTime && right instanceof GoTime) return left.isSame(right);
  if (left instanceof GoPointer && right instanceof GoPointer) return left.target === right.target;
  const fields = typeOf(left)?.fields ?? [];
  return fields.every((field) => equals(field.read(left), field.read(right), budget));
}

function isNil(value: GoValue): boolean {
  if (value === null) return true;
  return (value instanceof GoSlice || isMap(value)) && value.isNil;
}

function isComparable(type: GoType): boolean {
  if (type.kind === "slice" || type.kind === "map") return false;
  return type.kind !== "struct" || (type.fields ?? []).every((field) => isComparable(field.type));
}

/** Go's `lt`. @throws GoError */
export function isLess(left: GoValue, right: GoValue): boolean {
  const kind = basicKind(left);
  const otherKind = basicKind(right);
  if (kind === undefined || otherKind === undefined) {
    throw new GoError("invalid type for comparison");
  }
  if (kind !== otherKind) throw incompatible(left, right);
  switch (kind) {
    case "integer":
      return (integerOf(left) ?? 0n) < (integerOf(right) ?? 0n);
    case "float":
      return (left as number) < (right as number); // the kind says so
    case "string":
      return compareText(stringOf(left) ?? "", stringOf(right) ?? "") < 0;
    case "bool":
    case "complex":
      throw new GoError("invalid type for comparison");
  }
}

function incompatible(left: GoValue, right: GoValue): GoError {
  const types = `${typeName(left)} and ${typeName(right)}`;
  return new GoError(`incompatible types for comparison: ${types}`);
}
