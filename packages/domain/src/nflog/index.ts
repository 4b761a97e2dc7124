export {
  decideCounted,
  decideNotification,
  hashesNotIn,
  type CountedQuestion,
  type NotifyDecision,
  type NotifyQuestion,
  type NotifyReason,
} from "./decide.ts";
export {
  logExpiry,
  planLogWrite,
  NO_RECEIVER_DATA,
  receiverDataFor,
  replacesLog,
  takeLogs,
  type LogWrite,
} from "./log-write.ts";
