export { Faults } from "./faults.ts";
export {
  CUTTING,
  FAULT_KINDS,
  GRACEFUL,
  OF_ALL,
  RECEIVING,
  REPLACING,
  NAMED_KINDS,
  SCALE_KINDS,
  type Fault,
  type FaultKind,
} from "./kinds.ts";
