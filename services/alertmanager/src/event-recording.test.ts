import { systemClock } from "@tocsin/clock-system";
import { parseConfig, type EventRecorderConfig } from "@tocsin/domain/config";
import type { TenantId } from "@tocsin/domain/model";
import { MetricRegistry, type Logger } from "@tocsin/foundation";
import { describe, expect, it } from "vitest";
import { EventRecording } from "./event-recording.ts";
import { NamedFiles } from "./named-files.ts";
import type { Feature } from "./flags/index.ts";

function configOf(section: string): EventRecorderConfig {
  const parsed = parseConfig(`route: {receiver: a}\nreceivers: [{name: a}]\n${section}`);
  if (!parsed.ok) throw new Error("The configuration of this test is broken");
  return parsed.config.document.eventRecorder;
}

function recordingOf(...features: readonly Feature[]): {
  recording: EventRecording;
  lines: string[];
  metrics: MetricRegistry;
} {
  const lines: string[] = [];
  const logger: Logger = {
    enabled: () => true,
    log: (_level, message) => void lines.push(message),
    with: () => logger,
  };
  const metrics = new MetricRegistry();
  const files = new NamedFiles({ clock: systemClock });
  const tenancy = { isEnabled: false, defaultTenant: undefined };
  const options = { features: new Set(features), tenancy };
  return {
    recording: new EventRecording({ clock: systemClock, logger, metrics, files }, options),
    lines,
    metrics,
  };
}

describe("EventRecording", () => {
  it("is not there without its feature, and says so if outputs are configured", async () => {
    const { recording, lines, metrics } = recordingOf();
    expect(recording.shared).toEqual({});
    expect(recording.onSilence(undefined)).toEqual({});
    await recording.start(configOf(""));
    expect(lines).toEqual([]);
    await recording.reload(configOf("event_recorder: {stdout_outputs: [{}]}"));
    expect(lines).toEqual([expect.stringContaining("--enable-feature=event-recorder")]);
    expect([...metrics.families.keys()]).toEqual([]);
    await recording.stop();
  });

  it("records silences that clients make or change, and still logs all acts", async () => {
    const { recording, metrics } = recordingOf("event-recorder");
    const logged: string[] = [];
    const { onSilence } = recording.onSilence((act) => void logged.push(act));
    await recording.start(configOf('event_recorder: {file_outputs: [{path: "/dev/null"}]}'));
    // As much of a silence as is looked at before it is written.
    const silence = {
      id: "1",
      matcherSets: [],
      startsAtMs: 0,
      endsAtMs: 0,
      updatedAtMs: 0,
    } as never;
    for (const act of ["create", "update", "expire"] as const) {
      onSilence?.(act, silence, "anonymous" as TenantId);
    }
    await recording.stop();
    expect(logged).toEqual(["create", "update", "expire"]);
    const recorded = metrics.families.get("alertmanager_events_recorded_total");
    const types = [...(recorded?.series.values() ?? [])].map(({ labels }) => labels[0]);
    expect(types).toEqual([
      "alertmanager_startup_event",
      "silence_created",
      "silence_updated",
      "alertmanager_shutdown_event",
    ]);
  });
});
