import { type InstanceId, parseTenantId, type TenantId } from "@tocsin/domain/model";
import { DEFAULT_TIMINGS, type Timings } from "@tocsin/engine/cluster";
import { assert, type LogLevel } from "@tocsin/foundation";
import { networkOf, type FirewallRules } from "@tocsin/integrations";

import { type ListenAddress, parseListenAddress } from "./address.ts";
import type { Feature } from "./features.ts";
import type { Options } from "./options.ts";
import { shownSettings, type SettingTexts } from "./shown-settings.ts";
import {
  parseRingStore,
  parseStateStore,
  type RingStoreAddress,
  type StateStoreAddress,
} from "./stores.ts";
import type { FlagValue } from "./value.ts";

/** A value that can be read, but means nothing. Its message is for the operator. */
export class SettingProblem extends Error {}

/** The name of a folder, too, among those of all replicas. */
const INSTANCE_ID_FORM = /^(?!\.+$)[A-Za-z0-9._-]{1,150}$/;

/** The value of every flag, and which of them somebody set. */
export class FlagValues {
  readonly #values: ReadonlyMap<string, FlagValue>;
  readonly given: SettingTexts;

  constructor(values: ReadonlyMap<string, FlagValue>, given: SettingTexts) {
    this.#values = values;
    this.given = given;
  }

  isGiven(name: string): boolean {
    return this.given.has(name);
  }

  text(name: string): string {
    const value = this.#values.get(name);
    assert(typeof value === "string", `Flag "${name}" holds no text`);
    return value;
  }

  /** Undefined instead of an empty text. */
  textOrNone(name: string): string | undefined {
    return this.text(name) || undefined;
  }

  texts(name: string): readonly string[] {
    const value = this.#values.get(name);
    assert(Array.isArray(value), `Flag "${name}" holds no list`);
    return value as readonly string[]; // isArray loses the element type of readonly lists
  }

  number(name: string): number {
    const value = this.#values.get(name);
    assert(typeof value === "number", `Flag "${name}" holds no number`);
    return value;
  }

  switch(name: string): boolean {
    const value = this.#values.get(name);
    assert(typeof value === "boolean", `Flag "${name}" is no switch`);
    return value;
  }
}

/** Names the values and gives them types. Throws `SettingProblem`. */
export function buildOptions(flags: FlagValues, hostName: string): Options {
  const isTenancy = flags.switch("tenancy.enabled");
  return deepFreeze({
    ...upstreamOptions(flags, isTenancy),
    tenancy: { isEnabled: isTenancy, defaultTenant: defaultTenant(flags) },
    ring: {
      instanceId: instanceId(flags, hostName),
      store: ringStore(flags),
      replicationFactor: flags.number("ring.replication-factor"),
    },
    rpc: {
      listenAddress: rpcListenAddress(flags),
      advertiseAddress: rpcAdvertiseAddress(flags),
    },
    state: { store: stateStore(flags) },
    timings: timings(flags),
    admin: {
      listenAddress:
        flags.text("admin.listen-address") === ""
          ? undefined
          : listenAddress(flags, "admin.listen-address"),
    },
    shown: shownSettings(flags.given),
    firewall: firewall(flags),
    limits: {
      bodySizeMaxBytes: flags.number("limits.max-body-bytes"),
      itemSizeMaxBytes: flags.number("limits.max-item-bytes"),
      itemFieldCountMax: flags.number("limits.max-item-fields"),
      labelMaxChars: flags.number("limits.max-label-chars"),
      configSizeMaxBytes: flags.number("limits.max-config-bytes"),
      config: {
        nodeCountMax: flags.number("limits.max-config-nodes"),
        regexStepsMax: flags.number("limits.max-config-regex-steps"),
      },
      templates: {
        stepsMax: flags.number("limits.max-template-steps"),
        depthMax: flags.number("limits.max-template-depth"),
        outputMaxChars: flags.number("limits.max-template-output-chars"),
      },
      templateFilesMaxBytes: flags.number("limits.max-template-file-bytes"),
      overridesPath: flags.textOrNone("limits.overrides-file"),
    },
  });
}

type UpstreamGroups =
  | "config"
  | "storage"
  | "data"
  | "silences"
  | "alerts"
  | "dispatch"
  | "features"
  | "web"
  | "log"
  | "cluster";

function upstreamOptions(flags: FlagValues, isTenancy: boolean): Pick<Options, UpstreamGroups> {
  const hasConfig = !isTenancy || flags.isGiven("config.file");
  const timeoutMs = flags.number("web.timeout");
  return {
    config: { filePath: hasConfig ? flags.textOrNone("config.file") : undefined },
    storage: { folderPath: flags.text("storage.path") },
    data: {
      retentionMs: flags.number("data.retention"),
      maintenanceIntervalMs: flags.number("data.maintenance-interval"),
    },
    silences: {
      // As with upstream a negative limit is none.
      countMax: Math.max(0, flags.number("silences.max-silences")),
      sizeMaxBytes: Math.max(0, flags.number("silences.max-silence-size-bytes")),
      isLogged: flags.switch("log.silences"),
    },
    alerts: {
      gcIntervalMs: flags.number("alerts.gc-interval"),
      perAlertnameMax: flags.number("alerts.per-alertname-limit"),
    },
    dispatch: { startDelayMs: flags.number("dispatch.start-delay") },
    // Checked by `checkOptions`, whose problem upstream words in a log line of its own.
    features: new Set(featureNames(flags.text("enable-feature")) as Feature[]),
    web: {
      listenAddresses: flags.texts("web.listen-address"),
      takesSystemdSockets: flags.switch("web.systemd-socket"),
      externalUrl: flags.textOrNone("web.external-url"),
      routePrefix: flags.textOrNone("web.route-prefix"),
      configFilePath: flags.textOrNone("web.config.file"),
      getConcurrencyMax: flags.number("web.get-concurrency"),
      timeoutMs: timeoutMs > 0 ? timeoutMs : undefined,
    },
    log: {
      // Both are of kind "choice": no other text gets here.
      level: flags.text("log.level") as LogLevel,
      format: flags.text("log.format") as "logfmt" | "json",
    },
    cluster: {
      listenAddress: isTenancy ? undefined : flags.textOrNone("cluster.listen-address"),
      advertiseAddress: flags.textOrNone("cluster.advertise-address"),
      peerName: flags.textOrNone("cluster.peer-name"),
      tlsConfigPath: flags.textOrNone("cluster.tls-config"),
    },
  };
}

function featureNames(text: string): string[] {
  // An empty one between commas is refused as one that is not there.
  return text === "" ? [] : text.split(",");
}

function timings(flags: FlagValues): Timings {
  return {
    ...DEFAULT_TIMINGS,
    pingIntervalMs: flags.number("rpc.ping-interval"),
    suspectTimeoutMs: flags.number("rpc.suspect-timeout"),
    turnGraceMs: flags.number("rpc.turn-grace"),
    minorityWaitMs: flags.number("rpc.minority-wait"),
    heartbeatIntervalMs: flags.number("ring.heartbeat-interval"),
    heartbeatTimeoutMs: flags.number("ring.heartbeat-timeout"),
    catchUpTimeoutMs: flags.number("ring.catch-up-timeout"),
    snapshotIntervalMs: flags.number("state.snapshot-interval"),
    maintenanceIntervalMs: Math.min(
      DEFAULT_TIMINGS.maintenanceIntervalMs,
      flags.number("alerts.gc-interval"),
      flags.number("data.maintenance-interval"),
    ),
  };
}

function defaultTenant(flags: FlagValues): TenantId | undefined {
  const text = flags.textOrNone("tenancy.default");
  if (text === undefined) return undefined;
  const tenant = parseTenantId(text);
  if (tenant !== undefined) return tenant;
  throw refused("tenancy.default", text, "1 to 150 of A-Z a-z 0-9 ! - _ . * ' ( ) are wanted");
}

function instanceId(flags: FlagValues, hostName: string): InstanceId {
  const text = flags.textOrNone("ring.instance-id") ?? hostName;
  if (!INSTANCE_ID_FORM.test(text)) {
    throw refused(
      "ring.instance-id",
      text,
      "1 to 150 of A-Z a-z 0-9 . _ - are wanted, not dots alone",
    );
  }
  return text as InstanceId; // its form has just been checked
}

/** Neither store is repeated: people put passwords into URLs. */
function ringStore(flags: FlagValues): RingStoreAddress {
  const store = parseRingStore(flags.text("ring.store"));
  if (store !== undefined) return store;
  throw new SettingProblem(
    'cannot use the value of --ring.store: "memory:" or "redis://host:port" is wanted, with a port up to ' +
      '65535, and with "%23", "%2F" and "%40" for "#", "/" and "@" in a password',
  );
}

function stateStore(flags: FlagValues): StateStoreAddress {
  const store = parseStateStore(flags.text("state.store"), flags.text("storage.path"));
  if (store !== undefined) return store;
  throw new SettingProblem(
    'cannot use the value of --state.store: "file:PATH" or "s3://bucket/prefix" is wanted',
  );
}

function listenAddress(flags: FlagValues, name: string): ListenAddress {
  const parsed = parseListenAddress(flags.text(name));
  if (parsed.ok) return parsed.address;
  throw refused(name, flags.text(name), `${parsed.problem}, "host:port" is wanted`);
}

/** Others are told the port before it is opened. */
function rpcListenAddress(flags: FlagValues): ListenAddress {
  const name = "rpc.listen-address";
  const address = listenAddress(flags, name);
  if (address.port > 0 || ringStore(flags).kind === "memory") return address;
  throw refused(name, flags.text(name), "the others must know the port, so it cannot be 0");
}

/** One that nobody can call would own tenants all the same. */
function rpcAdvertiseAddress(flags: FlagValues): string | undefined {
  const name = "rpc.advertise-address";
  const text = flags.textOrNone(name);
  if (text === undefined) return undefined;
  const { host, port } = listenAddress(flags, name);
  if (port === 0) throw refused(name, text, "the others must know the port, so it cannot be 0");
  if (["", "0.0.0.0", "::"].includes(host)) {
    throw refused(name, text, "no address of one machine: a host that the others reach is wanted");
  }
  return text;
}

function firewall(flags: FlagValues): FirewallRules | undefined {
  const name = "receivers.firewall-block-cidr-networks";
  const networks = flags.texts(name).map((text) => {
    const network = networkOf(text);
    if (network === undefined) throw refused(name, text, '"10.0.0.0/8" or "fd00::/8" is wanted');
    return network;
  });
  const blocksPrivate = flags.switch("receivers.firewall-block-private-addresses");
  return blocksPrivate || networks.length > 0 ? { blocksPrivate, networks } : undefined;
}

function refused(name: string, text: string, why: string): SettingProblem {
  return new SettingProblem(`cannot set --${name} to ${JSON.stringify(text)}: ${why}`);
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === "object" && inner !== null && !Object.isFrozen(inner)) deepFreeze(inner);
  }
  return Object.freeze(value);
}
