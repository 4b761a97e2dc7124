import type { InstanceId, SilenceRecord, TenantId } from "@tocsin/domain/model";
import type { Logger } from "@tocsin/foundation";
import { expect, it } from "vitest";
import { silenceLog } from "./silence-log.ts";

const SILENCE: SilenceRecord = {
  id: "id-1",
  matcherSets: [
    [
      { type: "=", name: "alertname", value: "X" },
      { type: "!~", name: "job", value: "a|b" },
    ],
  ],
  startsAtMs: 0,
  endsAtMs: 60_000,
  updatedAtMs: 0,
  createdBy: "ann",
  comment: "why",
  annotations: {},
  expiredOnRequest: false,
  stampUs: 1,
  stampBy: "am-0" as InstanceId,
  keepUntilMs: 1,
};
const TENANT = "team-a" as TenantId;
const SILENCES = { countMax: 0, sizeMaxBytes: 0 };

it("silenceLog() writes what was done to which silence, if it is wanted", () => {
  const lines: unknown[] = [];
  const logger: Logger = {
    enabled: () => true,
    log: (...line) => void lines.push(line),
    with: () => logger,
  };
  silenceLog({ silences: { ...SILENCES, isLogged: true } }, logger).onSilence?.(
    "update",
    SILENCE,
    TENANT,
  );
  expect(lines).toEqual([
    [
      "info",
      "update silence",
      {
        component: "silences",
        Id: "id-1",
        CreatedBy: "ann",
        Comment: "why",
        StartsAt: "1970-01-01T00:00:00.000Z",
        EndsAt: "1970-01-01T00:01:00.000Z",
        Matchers: "alertname=X,job!~a|b",
      },
    ],
  ]);
  expect(silenceLog({ silences: { ...SILENCES, isLogged: false } }, logger)).toEqual({});
});
