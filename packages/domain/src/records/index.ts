export { isForgettable, isStrangeEnd } from "./admission.ts";
export { pastOf } from "./alert-past.ts";
export { compareAlertRecords, hashAlertRecord, newerAlert } from "./alert-record.ts";
export { hashConfigRecord, newerConfig } from "./config-record.ts";
export { ContentHash, type RecordHash } from "./content-hash.ts";
export {
  addDigest,
  EMPTY_DIGEST,
  type RecordDigest,
  sameDigest,
  subtractDigest,
} from "./digest.ts";
export { hashGroupRecord, mergeGroupClocks } from "./group-record.ts";
export { compareLogRecords, hashLogRecord, newerLogEntry } from "./log-record.ts";
export { alertSetBack, groupSetBack, logSetBack, silenceSetBack } from "./set-back.ts";
export {
  compareSilenceRecords,
  hashSilenceRecord,
  isTombstone,
  newerSilence,
  shrinkSilence,
} from "./silence-record.ts";
