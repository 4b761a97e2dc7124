import { MATCHER_WARNINGS, utf8Refusal } from "@tocsin/domain/config";
import { formatGoDuration } from "@tocsin/domain/duration";
import type { Route } from "@tocsin/domain/route";
import type { TenantSettings } from "@tocsin/engine/tenant";
import type { Logger } from "@tocsin/foundation";
import { unsupportedOf } from "@tocsin/integrations";
import type { MatcherNote } from "./config-job.ts";

const COMPONENT = { component: "configuration" };

/** Says in the log, in Alertmanager's words, what in a configuration file may not mean what it seems to. */
export class ConfigNotes {
  readonly #logger: Logger;
  readonly #retentionMs: number;

  /** `retentionMs`: for how long the notification log is kept. */
  constructor(logger: Logger, retentionMs: number) {
    this.#logger = logger;
    this.#retentionMs = retentionMs;
  }

  /** A list of matchers was read, maybe otherwise than the new parser would have read it. */
  ofMatchers({ input, warning }: MatcherNote): void {
    this.#logger.log("warn", MATCHER_WARNINGS[warning.kind], {
      input,
      origin: "config",
      ...(warning.kind === "incompatible" && {
        err: utf8Refusal(input, warning.utf8Error),
        suggestion: warning.suggestion,
      }),
    });
  }

  /** The file is in force. `warnings` are the parser's. */
  ofFile(
    { root, receivers }: Pick<TenantSettings, "root" | "receivers">,
    warnings: readonly string[],
  ): void {
    for (const warning of warnings) this.#logger.log("warn", warning, COMPONENT);
    for (const { name, integrations } of receivers.values()) {
      const fields = new Set(integrations.flatMap((one) => unsupportedOf(one) ?? []));
      if (fields.size === 0) continue;
      const found = { ...COMPONENT, receiver: name, fields: [...fields].join(",") };
      this.#logger.log("warn", UNSUPPORTED, found);
    }
    this.#ofRoutes(root);
  }

  #ofRoutes(route: Route): void {
    const { repeatIntervalMs, groupIntervalMs, key } = route;
    const repeats = { ...COMPONENT, repeat_interval: shown(repeatIntervalMs) };
    if (repeatIntervalMs > this.#retentionMs) {
      const retention = shown(this.#retentionMs);
      this.#logger.log("warn", TOO_LONG, { ...repeats, retention, route: key });
    }
    if (repeatIntervalMs < groupIntervalMs) {
      const fields = { ...repeats, group_interval: shown(groupIntervalMs), route: key };
      this.#logger.log("warn", TOO_SHORT, fields);
    }
    for (const child of route.children) this.#ofRoutes(child);
  }
}

const UNSUPPORTED = "Notifications to this receiver will fail: this version cannot send them yet";
const TOO_LONG =
  "repeat_interval is greater than the data retention period. " +
  "It can lead to notifications being repeated more often than expected.";
const TOO_SHORT =
  "repeat_interval is less than group_interval. " +
  "Notifications will not repeat until the next group_interval.";

function shown(durationMs: number): string {
  return formatGoDuration(BigInt(Math.round(durationMs * 1e6)));
}
