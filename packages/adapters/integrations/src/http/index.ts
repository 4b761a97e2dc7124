/** How an `http_config` becomes headers and TLS settings, for HTTP clients that are no integration. */
export { findClientFault, type ClientFault } from "./check-client.ts";
export { configuredHeaders, urlAuthorization, type Headers } from "./credentials.ts";
export { onceEach, readSecretFile, type ReadSecret } from "./secrets.ts";
export { PLAIN_TRANSPORT, tlsOptionsOf, transportOf, type TransportSettings } from "./transport.ts";
