import type { Weather } from "./network.ts";

/** What happens to one packet: it is lost, or it arrives after so long. */
export type Fate =
  | { readonly kind: "lost" }
  | { readonly kind: "arrives"; readonly afterMs: number };

/** TCP sends again what was lost after this long, and doubles the time at each further loss. */
const RETRANSMISSION_MS = 200;
const RETRANSMISSIONS_MAX = 6;

/** The state of all directed links between instances, and the fate of what is sent over them. */
export class Links {
  readonly #cuts = new Set<string>();
  readonly #random: () => number;
  #weather: Weather | undefined;

  constructor(random: () => number) {
    this.#random = random;
  }

  cut(from: number, to: number): void {
    this.#cuts.add(`${from}>${to}`);
  }

  mend(): void {
    this.#cuts.clear();
  }

  setWeather(weather: Weather | undefined): void {
    this.#weather = weather;
  }

  /** Whoever is unknown is not cut off. */
  isCut(from: number | undefined, to: number | undefined): boolean {
    return this.#cuts.has(`${from}>${to}`);
  }

  fate(from: number | undefined, to: number | undefined): Fate {
    if (this.isCut(from, to)) return { kind: "lost" };
    const weather = this.#weather;
    if (weather === undefined) return { kind: "arrives", afterMs: 0 };
    if (this.#random() < weather.loss) return { kind: "lost" };
    return { kind: "arrives", afterMs: weather.delayMs + weather.jitterMs * this.#random() };
  }

  /** How long a piece of a stream takes: what is lost is sent again until it arrives. Cuts are not looked at. */
  streamDelayMs(): number {
    const weather = this.#weather;
    if (weather === undefined) return 0;
    let delayMs = weather.delayMs + weather.jitterMs * this.#random();
    for (let tries = 0; tries < RETRANSMISSIONS_MAX; tries += 1) {
      if (this.#random() >= weather.loss) break;
      delayMs += RETRANSMISSION_MS * 2 ** tries;
    }
    return delayMs;
  }
}
