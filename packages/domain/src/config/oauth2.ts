import { checkProxy, PROXY_FIELDS } from "./proxy-config.ts";
import type { ProxyConfig } from "./proxy-config.ts";
import { any, field, mapOf, secret, struct, text, textList, textMap } from "./schema/index.ts";
import type { Report, StructShape, YamlValue } from "./schema/index.ts";
import { countSet, tlsConfig } from "./tls-config.ts";
import type { TlsConfig } from "./tls-config.ts";

/** How to fetch a token, as OAuth2 of prometheus/common 0.70. A text that is empty is not set. */
export interface OAuth2Config extends ProxyConfig {
  readonly clientId: string;
  /** Secret. */
  readonly clientSecret: string;
  readonly clientSecretFile: string;
  readonly clientSecretRef: string;
  readonly clientCertificateKeyId: string;
  /** Secret. */
  readonly clientCertificateKey: string;
  readonly clientCertificateKeyFile: string;
  readonly clientCertificateKeyRef: string;
  /** `client_credentials`, the same when empty, or `JWT_BEARER`. */
  readonly grantType: string;
  readonly signatureAlgorithm: string;
  readonly iss: string;
  readonly audience: string;
  readonly claims: ReadonlyMap<string, YamlValue> | undefined;
  readonly scopes: readonly string[] | undefined;
  readonly tokenUrl: string;
  readonly endpointParams: ReadonlyMap<string, string> | undefined;
  readonly tlsConfig: TlsConfig;
}

/** The grant of RFC 7523, where a signed assertion takes the place of the client secret. */
export const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

const SIGNATURE_ALGORITHMS: readonly string[] = ["RS256", "RS384", "RS512"];

export const oauth2: StructShape<OAuth2Config> = struct<OAuth2Config>(
  {
    clientId: field("client_id", text),
    clientSecret: field("client_secret", secret),
    clientSecretFile: field("client_secret_file", text),
    clientSecretRef: field("client_secret_ref", text),
    clientCertificateKeyId: field("client_certificate_key_id", text),
    clientCertificateKey: field("client_certificate_key", secret),
    clientCertificateKeyFile: field("client_certificate_key_file", text),
    clientCertificateKeyRef: field("client_certificate_key_ref", text),
    grantType: field("grant_type", text),
    signatureAlgorithm: field("signature_algorithm", text),
    iss: field("iss", text),
    audience: field("audience", text),
    claims: field("claims", mapOf(any)),
    scopes: field("scopes", textList),
    tokenUrl: field("token_url", text),
    endpointParams: field("endpoint_params", textMap),
    tlsConfig: field("tls_config", tlsConfig),
    ...PROXY_FIELDS,
  },
  { check: checkOAuth2 },
);

function checkOAuth2(oauth: OAuth2Config, report: Report): void {
  checkProxy(oauth, report);
  if (oauth.clientId === "") report('oauth2 needs "client_id"');
  if (oauth.tokenUrl === "") report('oauth2 needs "token_url"');
  if (oauth.grantType === JWT_BEARER) {
    checkAssertion(oauth, report);
    return;
  }
  if (countSet(oauth.clientSecret, oauth.clientSecretFile, oauth.clientSecretRef) > 1) {
    const fields = '"client_secret", "client_secret_file" and "client_secret_ref"';
    report(`at most one of oauth2's ${fields} may be set`);
  }
}

function checkAssertion(oauth: OAuth2Config, report: Report): void {
  const { clientCertificateKey, clientCertificateKeyFile, clientCertificateKeyRef } = oauth;
  if (countSet(clientCertificateKey, clientCertificateKeyFile, clientCertificateKeyRef) > 1) {
    const names = ["client_certificate_key", "client_certificate_key_file"];
    const fields = `"${names.join('", "')}" and "client_certificate_key_ref"`;
    report(`at most one of oauth2's ${fields} may be set for grant type "${JWT_BEARER}"`);
  }
  const algorithm = oauth.signatureAlgorithm;
  if (algorithm !== "" && !SIGNATURE_ALGORITHMS.includes(algorithm)) {
    const wanted = SIGNATURE_ALGORITHMS.join(", ");
    report(`signature algorithm "${algorithm}" is unknown; wanted one of ${wanted}`, {
      key: "signature_algorithm",
    });
  }
}
