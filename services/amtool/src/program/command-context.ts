import type { Command, Values } from "@tocsin/command-line";
import type { Connection } from "../client/connection.ts";
import type { MatcherReader } from "../matchers/matcher-reader.ts";
import type { Surroundings } from "./surroundings.ts";

/** What a command works with. */
export interface CommandContext {
  readonly values: Values;
  readonly around: Surroundings;
  readonly matchers: MatcherReader;
  /** Aborted when `--timeout` has passed. */
  readonly signal: AbortSignal;
  /** Connects to `--alertmanager.url`; the version check is made once for each call, as upstream does. */
  readonly connect: () => Promise<Connection>;
  /** Writes a text and a line break on standard output. */
  readonly print: (text: string) => void;
}

/** A command that does something, and what it does. */
export interface Action {
  readonly command: Command;
  /** Throws `Failure` for what the user should know. */
  readonly run: (context: CommandContext) => Promise<void> | void;
}
