import type { MatcherMode } from "@tocsin/domain/matcher";
import { Failure } from "../program/failure.ts";
import type { StandardLog } from "../output/standard-log.ts";

/** What upstream says of a feature that is on, and where in its sources. */
const NOTES = {
  "alert-names-in-metrics": ["featurecontrol.go:148", "Alert names in metrics enabled"],
  "receiver-name-in-metrics": [
    "featurecontrol.go:151",
    "Experimental receiver name in metrics enabled",
  ],
  "group-key-in-metrics": ["featurecontrol.go:154", "Experimental group key in metrics enabled"],
  "classic-mode": ["featurecontrol.go:157", "Classic mode enabled"],
  "utf8-strict-mode": ["featurecontrol.go:160", "UTF-8 strict mode enabled"],
  "auto-gomemlimit": [
    "featurecontrol.go:163",
    "Automatically set GOMEMLIMIT to match the Linux container or system memory limit.",
  ],
  "event-recorder": ["featurecontrol.go:166", "Experimental event recorder enabled"],
} as const;

/** The names that `--enable-feature` takes. */
export const FEATURES: readonly string[] = Object.keys(NOTES);

/** The matcher mode that features ask for. Each feature is noted in the log. */
export function readFeatures(text: string, log: StandardLog): MatcherMode {
  const names = new Set<string>();
  for (const name of text.split(",").filter((part) => part !== "")) {
    if (!Object.hasOwn(NOTES, name)) {
      throw new Failure(
        `error parsing the feature flag list: unknown option '${name}' for --enable-feature`,
      );
    }
    const [source, message] = NOTES[name as keyof typeof NOTES]; // It is one of its keys.
    log.write({ level: "WARN", source, message });
    names.add(name);
  }
  const isClassic = names.has("classic-mode");
  const isStrict = names.has("utf8-strict-mode");
  if (isClassic && isStrict) {
    throw new Failure(
      "error parsing the feature flag list: cannot have both classic and UTF-8 modes enabled",
    );
  }
  return isClassic ? "classic" : isStrict ? "utf8" : "fallback";
}
