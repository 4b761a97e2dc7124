import { secretList } from "./http-headers.ts";
import { bool, field, mapOf, proxyUrl, text } from "./schema/index.ts";
import type { Field, Report } from "./schema/index.ts";

/** Which proxy requests go through. */
export interface ProxyConfig {
  /** With its password in clear. */
  readonly proxyUrl: string | undefined;
  readonly noProxy: string;
  readonly proxyFromEnvironment: boolean;
  /** Secret values by header name. */
  readonly proxyConnectHeader: ReadonlyMap<string, readonly string[] | undefined> | undefined;
}

/** The keys of a proxy, which stand among those of what uses it. */
export const PROXY_FIELDS: { readonly [K in keyof ProxyConfig]-?: Field<ProxyConfig[K]> } = {
  proxyUrl: field("proxy_url", proxyUrl),
  noProxy: field("no_proxy", text),
  proxyFromEnvironment: field("proxy_from_environment", bool),
  proxyConnectHeader: field("proxy_connect_header", mapOf(secretList)),
};

export function checkProxy(proxy: ProxyConfig, report: Report): void {
  const hasProxy = (proxy.proxyUrl ?? "") !== "";
  const headerCount = proxy.proxyConnectHeader?.size ?? 0;
  if (headerCount > 0 && !proxy.proxyFromEnvironment && !hasProxy) {
    report('"proxy_connect_header" needs "proxy_url" or "proxy_from_environment"');
  }
  if (proxy.proxyFromEnvironment && hasProxy) {
    report('"proxy_url" may not be set with "proxy_from_environment"');
  }
  if (proxy.proxyFromEnvironment && proxy.noProxy !== "") {
    report('"no_proxy" may not be set with "proxy_from_environment"');
  }
  if (proxy.proxyUrl === undefined && proxy.noProxy !== "") report('"no_proxy" needs "proxy_url"');
}
