/** Where events go. An output never holds up another one, nor whoever records. */
export interface Output {
  /** For metrics and logs; shows no secret. */
  readonly name: string;
  /** Takes lines in their order. Rejects when they could not be written; what is queued may be lost later. */
  send(lines: readonly string[]): Promise<void>;
  /** Delivers what it still can within the signal's time. */
  close(signal: AbortSignal): Promise<void>;
}
