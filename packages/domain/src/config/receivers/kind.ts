import type { GlobalConfig } from "../global.ts";
import type { HttpConfig } from "../http-config.ts";
import { bool, shown } from "../schema/index.ts";
import type { Draft, Field, Report, StructShape } from "../schema/index.ts";

/** What all kinds of integrations have. */
export interface CommonSettings {
  readonly sendResolved: boolean;
}

/** One kind of integration: its table and what its settings inherit from `global`. */
export interface ReceiverKind<T extends CommonSettings = CommonSettings> {
  /** As in notification logs and metrics: `webhook`. */
  readonly kind: string;
  /** The key of its list in a receiver: `webhook_configs`. */
  readonly key: string;
  readonly shape: StructShape<T>;
  /** Fills in what the receiver leaves out, and reports what is still missing then. */
  readonly inherit: (settings: Draft<T>, global: Draft<GlobalConfig>, report: Report) => void;
  /** The files inside of its HTTP client's settings stay as written. */
  readonly keepsPaths?: boolean;
}

export function sendResolved(initial: boolean): Field<boolean> {
  return shown("send_resolved", bool, initial);
}

/** The receiver's own HTTP client settings, or else the global ones as a whole. */
export function inheritHttp(
  settings: { httpConfig: HttpConfig | undefined },
  global: GlobalConfig,
): void {
  settings.httpConfig ??= global.httpConfig;
}

/** For kinds that change their copy of the global client: there must be one to copy. */
export function reportMissingClient(global: GlobalConfig, report: Report): void {
  if (global.httpConfig !== undefined) return;
  report('the global "http_config" is null; leave the key out for the defaults');
}
