import { type GoType } from "./types.ts";
import { Dict, GoComplex, GoInteger, GoNamedText, GoSlice, type GoValue } from "./values.ts";

/** Go's zero value of a type that a map can hold or a parameter can have. */
export function zeroOf(type: GoType | undefined): GoValue {
  switch (type?.kind) {
    case "string":
      return type.name === "string" ? "" : new GoNamedText(type, "");
    case "bool":
      return false;
    case "int":
      return type.name === "int" ? 0n : new GoInteger(type, 0n);
    case "int32":
    case "int64":
    case "uint8":
    case "uint64":
      return new GoInteger(type, 0n);
    case "float64":
      return 0;
    case "complex128":
      return new GoComplex(0, 0);
    case "slice":
      return new GoSlice(type, [], { length: 0, capacity: 0, isNil: true });
    case "map":
      return new Dict(new Map());
    default:
      return null;
  }
}
