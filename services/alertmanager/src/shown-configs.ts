import type { TenantSettings } from "@tocsin/engine/tenant";

/** Together, in characters: enough for what a few people look at. */
const SIZE_MAX = 8 * 1024 * 1024;

interface Shown {
  readonly text: Promise<string>;
  size: number;
}

/**
 * The texts of configurations as the API shows them, kept while there is room, those asked for last. Settings
 * never change, so neither do their texts.
 */
export class ShownConfigs {
  readonly #show: (settings: TenantSettings) => Promise<string>;
  readonly #shown = new Map<TenantSettings, Shown>();
  #size = 0;

  constructor(show: (settings: TenantSettings) => Promise<string>) {
    this.#show = show;
  }

  /** Made once, also for many who ask at the same time. */
  async text(settings: TenantSettings): Promise<string> {
    const known = this.#shown.get(settings) ?? { text: this.#show(settings), size: 0 };
    this.#shown.delete(settings);
    this.#shown.set(settings, known);
    try {
      const text = await known.text;
      this.#keep(settings, known, text.length);
      return text;
    } catch (thrown) {
      this.#drop(settings);
      throw thrown;
    }
  }

  #keep(settings: TenantSettings, shown: Shown, size: number): void {
    if (this.#shown.get(settings) !== shown) return;
    this.#size += size - shown.size;
    shown.size = size;
    for (const oldest of this.#shown.keys()) {
      if (this.#size <= SIZE_MAX) return;
      this.#drop(oldest);
    }
  }

  #drop(settings: TenantSettings): void {
    this.#size -= this.#shown.get(settings)?.size ?? 0;
    this.#shown.delete(settings);
  }
}
