export { alertHash, xxhash64 } from "./alert-hash.ts";
export {
  applyAlert,
  isResolved,
  mergeAlerts,
  overlaps,
  putAlert,
  type AlertVersion,
  type ApplyOptions,
} from "./apply.ts";
export {
  fingerprint,
  formatFingerprint,
  parseFingerprint,
  type FingerprintHalves,
} from "./fingerprint.ts";
export {
  ageOfHeardMs,
  ALWAYS_HEARD,
  heardBefore,
  heardEarlier,
  heardFor,
  heardWithinMs,
  NEVER_HEARD,
  unbrokenMs,
  uniteHeard,
  type HeardSpan,
  type HeardTime,
} from "./heard-time.ts";
export {
  completeAlert,
  dropEmptyLabels,
  validateAlert,
  type AlertValidation,
  type CompletedAlert,
  type CompleteOptions,
  type PostedAlert,
} from "./intake.ts";
export { LimitBucket } from "./limit-bucket.ts";
export { compareAlerts, compareLabelSets } from "./order.ts";
export {
  compareInstants,
  endOf,
  isSet,
  startOf,
  timesFrom,
  ZERO_TIME_MS,
  type AlertTimes,
} from "./times.ts";
