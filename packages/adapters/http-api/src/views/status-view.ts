import type { ReceiverConfig } from "@tocsin/domain/config";
import type { ClusterStatus } from "../ports.ts";
import type { VersionInfo } from "../options.ts";
import { TimePrinter } from "./time-text.ts";

export interface ReceiverView {
  readonly name: string;
  /** Always has `name` itself. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface StatusContext {
  /** As it is in force, secrets hidden (S-94). */
  readonly configText: string;
  readonly cluster: ClusterStatus;
  readonly versionInfo: VersionInfo;
  readonly startedAtMs: number;
}

/** The receivers in the order of the configuration, with their labels. */
export function receiversOf(receivers: Iterable<ReceiverConfig>): readonly ReceiverView[] {
  return Array.from(receivers, ({ name, labels }) => ({
    labels: Object.fromEntries([...(labels ?? []), ["name", name]]),
    name,
  }));
}

/** API v2's `alertmanagerStatus`. */
export function statusV2(context: StatusContext): unknown {
  return {
    cluster: clusterView(context.cluster),
    versionInfo: versionView(context.versionInfo),
    config: { original: context.configText },
    uptime: new TimePrinter().millis(context.startedAtMs),
  };
}

/** API v1's status. Of the configuration it has the text only, not the JSON form that nobody could load. */
export function statusV1(context: StatusContext): unknown {
  const { cluster } = context;
  return {
    configYAML: context.configText,
    versionInfo: versionView(context.versionInfo),
    uptime: new TimePrinter().trimmed(context.startedAtMs),
    clusterStatus: cluster.status === "disabled" ? null : clusterView(cluster),
  };
}

function clusterView({ name, status, peers }: ClusterStatus): unknown {
  return { ...(name === "" ? undefined : { name }), status, peers };
}

function versionView(info: VersionInfo): unknown {
  const { version, revision, branch, buildUser, buildDate, runtimeVersion } = info;
  return { version, revision, branch, buildUser, buildDate, goVersion: runtimeVersion };
}
