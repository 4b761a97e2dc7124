/** Features of `--enable-feature`, with Alertmanager's names, and what its log says of one that is on. */
export const FEATURES = {
  "alert-names-in-metrics": "Alert names in metrics enabled",
  "receiver-name-in-metrics": "Experimental receiver name in metrics enabled",
  "group-key-in-metrics": "Experimental group key in metrics enabled",
  "classic-mode": "Classic mode enabled",
  "utf8-strict-mode": "UTF-8 strict mode enabled",
  "auto-gomemlimit": "The feature auto-gomemlimit concerns Go programs and changes nothing",
  "event-recorder": "Experimental event recorder enabled",
} as const;

export type Feature = keyof typeof FEATURES;
