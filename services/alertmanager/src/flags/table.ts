import type { FlagFamily, FlagSpec } from "./flag.ts";
import { OWN_FAMILIES } from "./table-own.ts";
import { UPSTREAM_FAMILIES } from "./table-upstream.ts";

/** All families, in the order of `--help`. */
export const FLAG_FAMILIES: readonly FlagFamily[] = [...UPSTREAM_FAMILIES, ...OWN_FAMILIES];

/** All flags but `--help` and `--version`, by name. */
export const FLAGS: ReadonlyMap<string, FlagSpec> = new Map(
  FLAG_FAMILIES.flatMap((family) => family.flags.map((flag) => [flag.name, flag])),
);

/** The flags that Alertmanager has too. */
export const UPSTREAM_FLAGS: ReadonlySet<string> = new Set(
  UPSTREAM_FAMILIES.flatMap((family) => family.flags.map((flag) => flag.name)),
);
