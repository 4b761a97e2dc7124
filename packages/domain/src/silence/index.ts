export { SilenceIndex, type KnownMatching } from "./silence-index.ts";
export {
  judgedAtMs,
  shownSilenceState,
  silenceExpiresAtMs,
  silenceState,
  type SilenceState,
} from "./state.ts";
export { replacesSilence, takeSilences } from "./upstream-merge.ts";
export {
  validateSilence,
  validateSilenceTimes,
  type SilenceContent,
  type SilenceValidation,
} from "./validate.ts";
export { silenceSizeBytes } from "./wire-size.ts";
export {
  planSilenceExpire,
  planSilenceWrite,
  type SilenceExpiry,
  type SilenceLimits,
  type SilenceRequest,
  type SilenceStamp,
  type SilenceWrite,
  type SilenceWriteOptions,
} from "./write.ts";
