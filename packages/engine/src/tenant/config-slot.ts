/**
 * A tenant's own configuration as it is kept: the text deflated into a string, a quarter of its size,
 * since it is read only by the API and by owners that catch up.
 */
import type { ConfigRecord } from "@tocsin/domain/model";
import { hashConfigRecord, newerConfig } from "@tocsin/domain/records";
import type { Digest } from "../peer/index.ts";
import { PackedText } from "./packed-text.ts";

/** A configuration record whose text is inflated when it is asked for. */
class KeptConfig implements ConfigRecord {
  readonly version: number;
  readonly templates: Readonly<Record<string, string>>;
  readonly updatedAtMs: number;
  readonly #packed: PackedText | undefined;

  constructor(record: ConfigRecord) {
    const { text } = record;
    this.version = record.version;
    this.templates = record.templates;
    this.updatedAtMs = record.updatedAtMs;
    this.#packed = text === undefined ? undefined : new PackedText(text);
  }

  get text(): string | undefined {
    return this.#packed?.text;
  }
}

/** Holds at most one configuration, the newest merged in. */
export class ConfigSlot {
  #config: KeptConfig | undefined;
  #digest: Digest = { hi: 0, lo: 0, count: 0 };

  get digest(): Digest {
    return this.#digest;
  }

  get version(): number {
    return this.#config?.version ?? 0;
  }

  /** As it is kept: cheap to hold, its text is inflated on each reading. */
  get kept(): ConfigRecord | undefined {
    return this.#config;
  }

  /** With its text in full, for sending. */
  get record(): ConfigRecord | undefined {
    const kept = this.#config;
    if (kept === undefined) return undefined;
    const { version, text, templates, updatedAtMs } = kept;
    return { version, text, templates, updatedAtMs };
  }

  /** True if the record stands now and did not before. */
  merge(received: ConfigRecord): boolean {
    const known = this.record;
    if (known !== undefined) {
      if (newerConfig(known, received) === known) return false;
    }
    this.#config = new KeptConfig(received);
    this.#digest = { ...hashConfigRecord(received), count: 1 };
    return true;
  }
}
