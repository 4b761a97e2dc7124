export {
  parseTenantId,
  type Fingerprint,
  type GroupKey,
  type InstanceId,
  type LogKey,
  type TenantId,
} from "./ids.ts";
export {
  compareText,
  EMPTY_LABEL_SET,
  hasLabel,
  labelSetFrom,
  labelSetFromRecord,
  labelValue,
  longestValue,
  sameLabels,
  SCANNED_NAMES_MAX,
  type LabelSet,
} from "./label-set.ts";
export type {
  AlertPast,
  AlertRecord,
  AlertTimes,
  ConfigRecord,
  GroupRecord,
  Instant,
  LogRecord,
  MatcherSpec,
  MatcherType,
  ReceiverDataValue,
  SentTimes,
  SilenceRecord,
} from "./records.ts";
