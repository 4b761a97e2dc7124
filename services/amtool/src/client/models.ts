/**
 * What the API answers, as far as amtool shows it. Mirrors api/v2/models of Alertmanager 0.34: fields in
 * the order in which they are written as JSON, unknown ones left out.
 */
import { AppError } from "@tocsin/foundation";

export type LabelMap = Readonly<Record<string, string>>;

export interface ApiMatcher {
  readonly isEqual: boolean;
  readonly isRegex: boolean;
  readonly name: string;
  readonly value: string;
}

/** What a silence is, without what the server adds. */
export interface SilenceContent {
  readonly annotations?: LabelMap;
  readonly comment: string;
  readonly createdBy: string;
  /** RFC 3339, as all times here. */
  readonly endsAt: string;
  readonly matchers: readonly ApiMatcher[];
  readonly startsAt: string;
}

export interface ApiSilence extends SilenceContent {
  readonly id: string;
  readonly status: { readonly state: string };
  readonly updatedAt: string;
}

export interface ApiAlert {
  readonly annotations: LabelMap;
  readonly endsAt: string;
  readonly fingerprint: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly startsAt: string;
  readonly status: {
    readonly inhibitedBy: readonly string[];
    readonly mutedBy: readonly string[];
    readonly silencedBy: readonly string[];
    readonly state: string;
  };
  readonly updatedAt: string;
  readonly generatorURL?: string;
  readonly labels: LabelMap;
}

export interface ApiCluster {
  readonly name?: string;
  readonly peers: readonly { readonly address: string; readonly name: string }[];
  readonly status: string;
}

export interface ApiStatus {
  readonly cluster: ApiCluster;
  readonly config: { readonly original: string };
  readonly uptime: string;
  readonly versionInfo: {
    readonly branch: string;
    readonly buildDate: string;
    readonly buildUser: string;
    readonly goVersion: string;
    readonly revision: string;
    readonly version: string;
  };
}

/** Throws `AppError` naming the field that is not what the API has there, as all readers here. */
export function readSilence(json: unknown): ApiSilence {
  const fields = new Fields(json, "silence");
  return {
    id: fields.text("id"),
    status: { state: fields.inner("status").text("state") },
    updatedAt: fields.time("updatedAt"),
    ...readSilenceContent(json),
  };
}

/** Reads a silence as it is posted, or the same part of one that was answered. */
export function readSilenceContent(json: unknown): SilenceContent {
  const fields = new Fields(json, "silence");
  const annotations = fields.labels("annotations");
  return {
    ...(Object.keys(annotations).length > 0 && { annotations }),
    comment: fields.text("comment"),
    createdBy: fields.text("createdBy"),
    endsAt: fields.time("endsAt"),
    matchers: fields.list("matchers", readMatcher),
    startsAt: fields.time("startsAt"),
  };
}

/** The id in the answer to a posted silence. */
export function readPostedId(json: unknown): string {
  return new Fields(json, "answer").text("silenceID");
}

/** Empty when the silence has none. */
export function readSilenceId(json: unknown): string {
  return new Fields(json, "silence").text("id");
}

function readAlert(json: unknown): ApiAlert {
  const fields = new Fields(json, "alert");
  const status = fields.inner("status");
  const generatorURL = fields.text("generatorURL");
  return {
    annotations: fields.labels("annotations"),
    endsAt: fields.time("endsAt"),
    fingerprint: fields.text("fingerprint"),
    receivers: fields.list("receivers", (item) => ({
      name: new Fields(item, "receiver").text("name"),
    })),
    startsAt: fields.time("startsAt"),
    status: {
      inhibitedBy: status.list("inhibitedBy", asText),
      mutedBy: status.list("mutedBy", asText),
      silencedBy: status.list("silencedBy", asText),
      state: status.text("state"),
    },
    updatedAt: fields.time("updatedAt"),
    ...(generatorURL !== "" && { generatorURL }),
    labels: fields.labels("labels"),
  };
}

export function readStatus(json: unknown): ApiStatus {
  const fields = new Fields(json, "status");
  const cluster = fields.inner("cluster");
  const version = fields.inner("versionInfo");
  const name = cluster.text("name");
  return {
    cluster: {
      ...(name !== "" && { name }),
      peers: cluster.list("peers", (item) => {
        const peer = new Fields(item, "peer");
        return { address: peer.text("address"), name: peer.text("name") };
      }),
      status: cluster.text("status"),
    },
    config: { original: fields.inner("config").text("original") },
    uptime: fields.text("uptime"),
    versionInfo: {
      branch: version.text("branch"),
      buildDate: version.text("buildDate"),
      buildUser: version.text("buildUser"),
      goVersion: version.text("goVersion"),
      revision: version.text("revision"),
      version: version.text("version"),
    },
  };
}

export function readSilences(json: unknown): readonly ApiSilence[] {
  return readList(json, readSilence);
}

export function readAlerts(json: unknown): readonly ApiAlert[] {
  return readList(json, readAlert);
}

/** Nothing, as some servers answer, is a list of nothing. */
function readList<T>(json: unknown, read: (item: unknown) => T): readonly T[] {
  if (json === undefined || json === null) return [];
  if (!Array.isArray(json)) throw wrong("answer", "a list");
  return json.map(read);
}

function readMatcher(json: unknown): ApiMatcher {
  const fields = new Fields(json, "matcher");
  return {
    // Servers before 0.22 know no negative matchers.
    isEqual: fields.flag("isEqual", true),
    isRegex: fields.flag("isRegex", false),
    name: fields.text("name"),
    value: fields.text("value"),
  };
}

/** The fields of a JSON object, by name. One that is absent or null is empty. */
class Fields {
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(json: unknown, path: string) {
    if (json !== undefined && (typeof json !== "object" || json === null || Array.isArray(json))) {
      throw wrong(path, "an object");
    }
    // Just checked; what is absent has no fields.
    this.#object = (json ?? {}) as Readonly<Record<string, unknown>>;
    this.#path = path;
  }

  text(name: string): string {
    const value = this.#object[name] ?? "";
    if (typeof value !== "string") throw wrong(`${this.#path}.${name}`, "a text");
    return value;
  }

  /** As Go writes it, with milliseconds; one with an offset as it came. Empty if it is absent. */
  time(name: string): string {
    const text = this.text(name);
    const atMs = Date.parse(text);
    if (text !== "" && Number.isNaN(atMs)) throw wrong(`${this.#path}.${name}`, "a time");
    return text.endsWith("Z") ? new Date(atMs).toISOString() : text;
  }

  flag(name: string, preset: boolean): boolean {
    const value = this.#object[name] ?? preset;
    if (typeof value !== "boolean") throw wrong(`${this.#path}.${name}`, "true or false");
    return value;
  }

  inner(name: string): Fields {
    return new Fields(this.#object[name] ?? undefined, `${this.#path}.${name}`);
  }

  list<T>(name: string, read: (item: unknown) => T): readonly T[] {
    const value = this.#object[name] ?? [];
    if (!Array.isArray(value)) throw wrong(`${this.#path}.${name}`, "a list");
    return value.map(read);
  }

  /** Sorted by name, as Go writes maps. */
  labels(name: string): LabelMap {
    const value = this.#object[name] ?? {};
    if (typeof value !== "object" || Array.isArray(value)) {
      throw wrong(`${this.#path}.${name}`, "an object");
    }
    const entries = Object.entries(value).map(([key, text]) => [key, asText(text)] as const);
    return Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)));
  }
}

function asText(value: unknown): string {
  if (typeof value !== "string") throw wrong("value", "a text");
  return value;
}

function wrong(path: string, wanted: string): AppError {
  return new AppError("invalid-argument", `"${path}" is not ${wanted}`);
}
