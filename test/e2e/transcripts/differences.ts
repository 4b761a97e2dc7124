/**
 * Transcripts that are meant to be answered otherwise, and why. They are not played. What users see of
 * this stands in docs/differences.md too.
 */
export const MEANT_DIFFERENCES: ReadonlyMap<string, string> = new Map([
  ["silence-alerts-not-kept-over-restart", "alerts survive a restart"],
  ["status-trailing-slash", "the version of Node.js stands where that of Go did"],
  ["web-prefix", "API v1 is served instead of answered with 410"],
  ["web-pprof", "there are no pages of Go's profiler"],
  ["v1-groups-absent", "API v1 has groups"],
  ["v1-v1-and-v2", "API v2 has `mutedBy`, which 0.25 had not yet"],
]);
