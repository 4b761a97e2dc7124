import { styleText } from "node:util";
import type { Notice } from "./ledger.ts";

type Style = Parameters<typeof styleText>[0];

/** Writes the story to standard output: in colour on a terminal, unless `NO_COLOR` is set. */
export class Screen {
  readonly #startedAtMs = performance.now();

  /** A step of the story, and what it shows. */
  step(title: string, meaning: string): void {
    console.log(`\n${this.#seconds()}  ${paint(["bold", "cyan"], title)}`);
    console.log(`         ${paint("dim", meaning)}`);
  }

  say(text: string): void {
    console.log(`${this.#seconds()}  ${paint("dim", text)}`);
  }

  warn(text: string): void {
    console.log(`${this.#seconds()}  ${paint("yellow", text)}`);
  }

  /** What the webhook was told, as it comes. */
  notice({ tenant, alert, status }: Notice, from: { sender: string; isFirst: boolean }): void {
    const sign = status === "firing" ? paint("red", "● firing  ") : paint("green", "○ resolved");
    const again = from.isFirst ? "" : paint(["bold", "yellow"], "  AGAIN");
    const line = `${tenant.padEnd(9)} ${alert.padEnd(14)}`;
    console.log(
      `${this.#seconds()}  ${sign}  ${line} ${paint("dim", `by ${from.sender}`)}${again}`,
    );
  }

  verdict(isGood: boolean, lines: readonly string[]): void {
    console.log();
    for (const line of lines)
      console.log(paint(isGood ? ["bold", "green"] : ["bold", "red"], line));
  }

  #seconds(): string {
    return `${((performance.now() - this.#startedAtMs) / 1000).toFixed(1).padStart(5)} s`;
  }
}

function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}
