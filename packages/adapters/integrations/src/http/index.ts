/** How an `http_config` becomes headers and TLS settings, for HTTP clients that are no integration. */
export type { TransportSettings } from "./agents.ts";
export { configuredHeaders, urlAuthorization, type Headers } from "./credentials.ts";
export { readSecretFile } from "./secrets.ts";
export { PLAIN_TRANSPORT, transportOf } from "./transport.ts";
