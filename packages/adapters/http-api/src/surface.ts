/**
 * A surface is a set of routes that answer alike: the same headers, the same form for what goes wrong.
 * Version 1, version 2, the configuration APIs and the operators' pages are one each.
 */
import type { Exchange, Handler } from "./exchange.ts";
import type { TenantAnswer } from "./tenancy.ts";

export interface Surface {
  readonly routes: readonly SurfaceRoute[];
  /** `/x/` is `/x`. Else it is redirected there. */
  readonly slashAtEnd: boolean;
  /** Requests with another method than those of their route are measured, too. */
  readonly measuresRefusals: boolean;
  /** Called for every request below the mount, first. True: it has been answered. */
  before(exchange: Exchange, route: SurfaceRoute | undefined): boolean;
  /** Called when the method has a handler, just before it. True: it has been answered. */
  beforeHandler(exchange: Exchange): boolean;
  methodNotAllowed(exchange: Exchange, allowed: readonly string[]): void;
  notFound(exchange: Exchange): void;
  noTenant(exchange: Exchange, answer: TenantAnswer & { readonly ok: false }): void;
  /** Whatever a handler throws ends here, in one place for each surface. */
  fail(exchange: Exchange, thrown: unknown): void;
}

export interface SurfaceRoute {
  /** Below the mount; `:name` is a part of the path. */
  readonly path: string;
  /** What metrics call it: no IDs in here. */
  readonly label: string;
  /** False: it is the instance's business and needs no tenant. */
  readonly needsTenant: boolean;
  readonly methods: Readonly<Record<string, Handler>>;
}
