/** How the text of a flag becomes a value. */
export type FlagKind =
  | "text"
  /** May be given several times; in the environment separated by commas, in the file a list. */
  | "list"
  /** On or off: `--name` and `--no-name`. */
  | "switch"
  /** As Go writes durations (`1h30m`, `500ms`); days, weeks and years of Prometheus too. */
  | "duration"
  | "count"
  | "number"
  /** A whole number, also with `KiB`, `MiB` or `GiB`. */
  | "bytes"
  | "choice";

/** One flag. The table of these drives parsing, `--help` and `docs/flags.md`. */
export interface FlagSpec {
  /** Without the dashes; its dots are the nesting in the settings file. */
  readonly name: string;
  readonly kind: FlagKind;
  /** In text form, read like a given value; empty means "not set". */
  readonly preset: string;
  /** One or two clear sentences, for `--help` and the documentation. */
  readonly help: string;
  /** Stands for the value in `--help` when there is no default to show. */
  readonly placeholder?: string;
  readonly choices?: readonly string[];
  /** The choices may be written with capitals. */
  readonly isAnyCase?: true;
  /** The allowed range, both ends included; durations in ms. */
  readonly range?: { readonly min: number; readonly max: number };
  /** May differ for single tenants: `--limits.overrides-file`. */
  readonly isPerTenant?: true;
  /** `none`: accepted so that an Alertmanager's command line starts, changes nothing. `refused`: an error. */
  readonly effect?: "none" | "refused";
}

/** Flags that belong together. */
export interface FlagFamily {
  readonly title: string;
  /** Whether Alertmanager has these flags too: then its error texts are ours. */
  readonly isUpstream: boolean;
  readonly about: string;
  readonly flags: readonly FlagSpec[];
}

/** The environment variable that sets a flag: `ring.store` is `TOCSIN_RING_STORE`. */
export function environmentName(flagName: string): string {
  return `TOCSIN_${flagName.toUpperCase().replace(/[.-]/g, "_")}`;
}
