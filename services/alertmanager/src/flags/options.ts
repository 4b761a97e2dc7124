import type { ConfigLimits } from "@tocsin/domain/config";
import type { InstanceId, TenantId } from "@tocsin/domain/model";
import type { Timings } from "@tocsin/engine/cluster";
import type { RenderLimits } from "@tocsin/domain/template";
import type { LogLevel } from "@tocsin/foundation";
import type { FirewallRules } from "@tocsin/integrations";

import type { ListenAddress } from "./address.ts";
import type { Feature } from "./features.ts";
import type { ShownSettings } from "./shown-settings.ts";
import type { RingStoreAddress, StateStoreAddress } from "./stores.ts";

/**
 * All settings, read, defaulted and checked. The groups are the families of flags; what a field means,
 * its range and its default is told in the table of flags. Frozen.
 */
export interface Options {
  readonly config: {
    /** Undefined only with tenancy: no fallback. */
    readonly filePath: string | undefined;
  };
  readonly storage: { readonly folderPath: string };
  readonly data: { readonly retentionMs: number; readonly maintenanceIntervalMs: number };
  readonly silences: {
    /** 0: no limit. */
    readonly countMax: number;
    /** 0: no limit. */
    readonly sizeMaxBytes: number;
    readonly isLogged: boolean;
  };
  readonly alerts: {
    readonly gcIntervalMs: number;
    /** 0: no limit. */
    readonly perAlertnameMax: number;
  };
  readonly dispatch: { readonly startDelayMs: number };
  readonly features: ReadonlySet<Feature>;
  readonly web: {
    /** As given; `parseListenAddress` reads one. */
    readonly listenAddresses: readonly string[];
    /** The sockets of systemd instead of the addresses. */
    readonly takesSystemdSockets: boolean;
    /** Undefined: made of the host name and the first port. */
    readonly externalUrl: string | undefined;
    /** Undefined: the path of the external URL. */
    readonly routePrefix: string | undefined;
    /** Undefined: plain HTTP for everybody. */
    readonly configFilePath: string | undefined;
    readonly getConcurrencyMax: number;
    /** Undefined: no limit. */
    readonly timeoutMs: number | undefined;
  };
  readonly log: { readonly level: LogLevel; readonly format: "logfmt" | "json" };
  readonly cluster: {
    /** Undefined: the status page says that there is no cluster. */
    readonly listenAddress: string | undefined;
    /** Undefined: the one that listens. */
    readonly advertiseAddress: string | undefined;
    /** Undefined: a random one. */
    readonly peerName: string | undefined;
    readonly tlsConfigPath: string | undefined;
  };
  readonly tenancy: { readonly isEnabled: boolean; readonly defaultTenant: TenantId | undefined };
  readonly ring: {
    readonly instanceId: InstanceId;
    readonly store: RingStoreAddress;
    readonly replicationFactor: number;
  };
  readonly rpc: {
    readonly listenAddress: ListenAddress;
    /** Undefined: the first private address with the listening port. */
    readonly advertiseAddress: string | undefined;
  };
  readonly state: { readonly store: StateStoreAddress };
  /** The durations of `--ring.*`, `--rpc.*` and `--state.*`, with those that no flag sets. */
  readonly timings: Timings;
  /** Undefined: not served. */
  readonly admin: { readonly listenAddress: ListenAddress | undefined };
  /** What operators are shown of all this. */
  readonly shown: ShownSettings;
  /** Undefined: notifications may go anywhere. */
  readonly firewall: FirewallRules | undefined;
  readonly limits: {
    readonly bodySizeMaxBytes: number;
    readonly itemSizeMaxBytes: number;
    readonly itemFieldCountMax: number;
    readonly labelMaxChars: number;
    readonly configSizeMaxBytes: number;
    /** Of what tenants send, besides its size. */
    readonly config: ConfigLimits;
    /** Of tenants without their own in the overrides file. */
    readonly templates: RenderLimits;
    readonly templateFilesMaxBytes: number;
    readonly overridesPath: string | undefined;
  };
}
