import { hostname } from "node:os";
import type { EventRecorderConfig } from "@tocsin/domain/config";
import type { InstanceDeps } from "@tocsin/engine/instance";
import type { EventSink } from "@tocsin/engine/ports";
import type { Clock, Logger, MetricRegistry } from "@tocsin/foundation";
import { EventRecorder } from "@tocsin/integrations/event-recorder";
import { buildInfo } from "./build-info.ts";
import { UPSTREAM_VERSION, type Options } from "./flags/index.ts";
import type { NamedFiles } from "./named-files.ts";

type OnSilence = NonNullable<InstanceDeps["onSilence"]>;

/** Upstream's event recorder, with the feature `event-recorder`; without it nothing of it is there. */
export class EventRecording {
  readonly #recorder: EventRecorder | undefined;
  readonly #logger: Logger;

  constructor(
    deps: {
      readonly clock: Clock;
      readonly logger: Logger;
      readonly metrics: MetricRegistry;
      readonly files: Pick<NamedFiles, "readSecret">;
    },
    options: Pick<Options, "features" | "tenancy">,
  ) {
    this.#logger = deps.logger;
    if (!options.features.has("event-recorder")) return;
    this.#recorder = new EventRecorder({
      ...deps,
      logger: deps.logger.with({ component: "eventrecorder" }),
      version: UPSTREAM_VERSION,
      readSecret: deps.files.readSecret,
      instance: hostname(),
      showsTenant: options.tenancy.isEnabled,
      writeStdout: (text) => void process.stdout.write(text),
    });
  }

  /** For `TenantShared`. */
  get shared(): { readonly events?: EventSink } {
    return this.#recorder === undefined ? {} : { events: this.#recorder };
  }

  /** Records what clients do to silences, beside what is done about it anyway. */
  onSilence(log: OnSilence | undefined): Pick<InstanceDeps, "onSilence"> {
    const recorder = this.#recorder;
    if (recorder === undefined) return log === undefined ? {} : { onSilence: log };
    return {
      onSilence: (act, silence, tenant) => {
        log?.(act, silence, tenant);
        if (act !== "expire") recorder.record(tenant, { kind: `silence-${act}d`, silence });
      },
    };
  }

  async start(config: EventRecorderConfig | undefined): Promise<void> {
    const { branch, revision } = buildInfo;
    const buildContext = `(branch=${branch}, revision=${revision})`;
    await this.reload(config);
    this.#recorder?.recordOwn({ kind: "startup", version: UPSTREAM_VERSION, buildContext });
  }

  async reload(config: EventRecorderConfig | undefined): Promise<void> {
    if (this.#recorder !== undefined) return this.#recorder.apply(config);
    if (config === undefined) return;
    const { fileOutputs, webhookOutputs, kafkaOutputs, stdoutOutputs } = config;
    const outputs = [fileOutputs, webhookOutputs, kafkaOutputs, stdoutOutputs];
    if (outputs.every((list = []) => list.length === 0)) return;
    const message =
      'Nothing is recorded by "event_recorder" without --enable-feature=event-recorder';
    this.#logger.log("warn", message);
  }

  async stop(): Promise<void> {
    this.#recorder?.recordOwn({ kind: "shutdown" });
    await this.#recorder?.close();
  }
}
