import type { Socket } from "node:net";

/** How often a held stream looks whether it may go on. */
const HELD_POLL_MS = 50;

/** What decides over one direction of a connection. */
export interface StreamRule {
  /** While true nothing passes, not even the end. */
  isHeld(): boolean;
  /** How long the next piece takes. */
  delayMs(): number;
}

interface Piece {
  readonly dueAtMs: number;
  readonly act: () => void;
}

/**
 * Carries one direction of a connection: what comes out is what went in, in order, each piece later by
 * what the rule says. A piece that takes long holds up those behind it, as with TCP.
 */
export function carry(from: Socket, to: Socket, rule: StreamRule): void {
  const pieces: Piece[] = [];
  let timer: NodeJS.Timeout | undefined;
  const pump = (): void => {
    timer = undefined;
    while (pieces[0] !== undefined) {
      const waitMs = pieces[0].dueAtMs - performance.now();
      const isHeld = rule.isHeld();
      if (isHeld || waitMs > 0) {
        timer = setTimeout(pump, isHeld ? HELD_POLL_MS : waitMs);
        return;
      }
      pieces.shift()?.act();
    }
  };
  const send = (act: () => void): void => {
    const lastDueAtMs = pieces.at(-1)?.dueAtMs ?? 0;
    pieces.push({ dueAtMs: Math.max(lastDueAtMs, performance.now() + rule.delayMs()), act });
    if (timer === undefined) pump();
  };
  from.on("data", (bytes: Buffer) => send(() => to.write(bytes)));
  from.on("end", () => send(() => to.end()));
  from.on("error", () => send(() => to.destroy()));
  from.on("close", () => send(() => to.destroySoon()));
}
