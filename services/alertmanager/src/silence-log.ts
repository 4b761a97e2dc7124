import type { SilenceRecord } from "@tocsin/domain/model";
import type { InstanceDeps } from "@tocsin/engine/instance";
import type { Logger } from "@tocsin/foundation";
import type { Options } from "./flags/index.ts";

/** `--log.silences`: a line, in upstream's words, for all that clients do to silences. */
export function silenceLog(
  { silences }: Pick<Options, "silences">,
  logger: Logger,
): Pick<InstanceDeps, "onSilence"> {
  if (!silences.isLogged) return {};
  return {
    onSilence: (act, silence) => {
      logger.log("info", `${act} silence`, {
        component: "silences",
        Id: silence.id,
        CreatedBy: silence.createdBy,
        Comment: silence.comment,
        StartsAt: timeText(silence.startsAtMs),
        EndsAt: timeText(silence.endsAtMs),
        Matchers: matchersText(silence),
      });
    },
  };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

function matchersText({ matcherSets }: SilenceRecord): string {
  return matcherSets
    .flat()
    .map(({ name, type, value }) => `${name}${type}${value}`)
    .join(",");
}
