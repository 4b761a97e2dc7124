export {
  decideNotification,
  type NotifyDecision,
  type NotifyQuestion,
  type NotifyReason,
} from "./decide.ts";
export {
  logExpiry,
  planLogWrite,
  receiverDataFor,
  replacesLog,
  takeLogs,
  type LogWrite,
} from "./log-write.ts";
