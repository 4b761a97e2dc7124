/** How an `http_config` becomes headers and TLS settings, for HTTP clients that are no integration. */
export { configuredHeaders, urlAuthorization, type Headers } from "./credentials.ts";
export { readSecretFile } from "./secrets.ts";
export { PLAIN_TRANSPORT, tlsOptionsOf, transportOf, type TransportSettings } from "./transport.ts";
