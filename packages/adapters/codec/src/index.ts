export {
  decodeLogLines,
  decodeSilenceLines,
  encodeLogLine,
  encodeSilenceLine,
  type BrokenSilence,
} from "./alertmanager/index.ts";
export {
  decodeJournalRecord,
  encodeJournalRecord,
  type AlertTouch,
  type JournalRecord,
  type Predecessor,
} from "./journal-record.ts";
export {
  decodeAnswererFrame,
  decodeCallerFrame,
  encodeCallerFrame,
  encodeContent,
  encodeFailure,
  encodeReply,
  encodeRequest,
  encodeWelcome,
  type AnswererFrame,
  type CallerFrame,
  type Failure,
  type Hello,
  type Welcome,
} from "./peer-frames.ts";
export {
  decodeConfigObject,
  decodeSnapshot,
  encodeConfigObject,
  encodeSnapshot,
  type ConfigObject,
  type Snapshot,
} from "./stored-object.ts";
export { StringPool } from "./string-pool.ts";
