import type { InstanceApi, TenantApi } from "@tocsin/engine/api";
import type { TenantSettings } from "@tocsin/engine/tenant";
import type { Clock, Logger, MetricRegistry } from "@tocsin/foundation";
import type { ReadWebFile } from "./web-config/web-config-file.ts";

/** What the surface needs of the rest of the program. */
export interface HttpApiDeps {
  readonly tenants: TenantApi;
  readonly instance: InstanceApi;
  /** Counts go here. */
  readonly registry: MetricRegistry;
  /** What `/metrics` shows. */
  readonly metricsPage: PageSource;
  /** What `cluster` of the status says. Called at each request. */
  readonly cluster: () => ClusterStatus;
  /** The text of a configuration that is in force, without its secrets. */
  readonly shownConfig: (settings: TenantSettings) => Promise<string>;
  /** Of the web configuration and the files that it names. */
  readonly readWebFile: ReadWebFile;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A text that is made while it is sent. Others run between two chunks. */
export interface PageSource {
  readonly contentType: string;
  chunks(): AsyncIterable<string>;
}

/** The gossip cluster as upstream's status shows it; a sharded instance shows tenants `ready`, nobody. */
export interface ClusterStatus {
  readonly status: "disabled" | "settling" | "ready";
  /** The own name; empty is left out. */
  readonly name: string;
  readonly peers: readonly { readonly name: string; readonly address: string }[];
}
