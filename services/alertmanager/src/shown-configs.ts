import type { TenantSettings } from "@tocsin/engine/tenant";

/** Of all texts together: enough for what a few people look at. */
const CHAR_COUNT_MAX = 8 * 1024 * 1024;

interface Shown {
  readonly text: Promise<string>;
  charCount: number;
}

/**
 * The texts of configurations as the API shows them, kept while there is room, those asked for last. Settings
 * never change, so neither do their texts.
 */
export class ShownConfigs {
  readonly #show: (settings: TenantSettings) => Promise<string>;
  readonly #shown = new Map<TenantSettings, Shown>();
  #charCount = 0;

  constructor(show: (settings: TenantSettings) => Promise<string>) {
    this.#show = show;
  }

  /** Made once, also for many who ask at the same time. */
  async text(settings: TenantSettings): Promise<string> {
    const known = this.#shown.get(settings) ?? { text: this.#show(settings), charCount: 0 };
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

  #keep(settings: TenantSettings, shown: Shown, charCount: number): void {
    if (this.#shown.get(settings) !== shown) return;
    this.#charCount += charCount - shown.charCount;
    shown.charCount = charCount;
    for (const oldest of this.#shown.keys()) {
      if (this.#charCount <= CHAR_COUNT_MAX) return;
      this.#drop(oldest);
    }
  }

  #drop(settings: TenantSettings): void {
    this.#charCount -= this.#shown.get(settings)?.charCount ?? 0;
    this.#shown.delete(settings);
  }
}
