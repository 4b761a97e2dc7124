import type { AppError, Logger, MetricRegistry, Series } from "@tocsin/foundation";

export type ObjectKind = "snapshot" | "config";

/** Which damage was logged is remembered for this many objects. */
const REMEMBERED_MAX = 1_000;

/** Tells operators of objects that cannot be read: each in the log once, in the metric every time. */
export class DamageReport {
  readonly #logger: Logger;
  readonly #counts: Readonly<Record<ObjectKind, Series>>;
  readonly #told = new Map<string, string>();

  constructor(deps: { readonly logger: Logger; readonly metrics: MetricRegistry }) {
    this.#logger = deps.logger;
    const family = deps.metrics.counter(
      "tocsin_state_store_damaged_objects_total",
      "Readings of objects in the state store that were damaged and left out.",
      ["kind"],
    );
    this.#counts = { snapshot: family.with("snapshot"), config: family.with("config") };
  }

  /** `version` is that of the object: when it is written anew and still damaged, it is told again. */
  add(
    kind: ObjectKind,
    object: { readonly key: string; readonly version: string },
    error: AppError,
  ): void {
    this.#counts[kind].inc();
    if (this.#told.get(object.key) === object.version) return;
    if (this.#told.size >= REMEMBERED_MAX) this.#told.clear();
    this.#told.set(object.key, object.version);
    this.#logger.log("error", "An object of the state store is damaged; it is left as it is", {
      key: object.key,
      err: error.message,
    });
  }
}
