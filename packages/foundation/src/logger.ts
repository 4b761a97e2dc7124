export type LogLevel = "debug" | "info" | "warn" | "error";

/** Values beside a message. `undefined` is left out. Never a secret, never per alert at `info`. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where the program speaks to operators. A repeating failure is logged when it changes, counted always. */
export interface Logger {
  /** Ask before building costly fields. */
  enabled(level: LogLevel): boolean;
  log(level: LogLevel, message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to every line. */
  with(fields: LogFields): Logger;
}

/** Says nothing: for tests of other things. */
export const silentLogger: Logger = {
  enabled: () => false,
  log: () => {},
  with: () => silentLogger,
};
