import type { ApiAlert, ApiCluster, ApiSilence, ApiStatus } from "../client/models.ts";
import { extendedFormatter } from "./extended.ts";
import { jsonFormatter } from "./json.ts";
import { simpleFormatter } from "./simple.ts";

/** How one kind of `--output` shows things. All texts end with a line break. */
export interface Formatter {
  silences(silences: readonly ApiSilence[]): string;
  alerts(alerts: readonly ApiAlert[]): string;
  status(status: ApiStatus): string;
  cluster(cluster: ApiCluster): string;
}

/** The formatter of `--output`; `dateFormat` is a layout of Go's. */
export function formatterFor(output: string, dateFormat: string): Formatter {
  if (output === "json") return jsonFormatter;
  return output === "extended" ? extendedFormatter(dateFormat) : simpleFormatter(dateFormat);
}
