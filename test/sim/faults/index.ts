export { Faults } from "./faults.ts";
export {
  ALL_KINDS,
  CUTTING,
  DISK_LOSING,
  FELLING,
  FAULT_KINDS,
  GRACEFUL,
  NAMED_KINDS,
  OF_ALL,
  RECEIVING,
  REPLACING,
  SCALE_KINDS,
  type Fault,
  type FaultKind,
} from "./kinds.ts";
