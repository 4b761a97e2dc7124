/** How to send HTTP requests: mirrors HTTPClientConfig of prometheus/common 0.70 `config/http_config.go`. */
import { canonicalHeader, headersShape, RESERVED_HEADERS } from "./http-headers.ts";
import type { HttpHeaders } from "./http-headers.ts";
import { oauth2 } from "./oauth2.ts";
import type { OAuth2Config } from "./oauth2.ts";
import { checkProxy, PROXY_FIELDS } from "./proxy-config.ts";
import type { ProxyConfig } from "./proxy-config.ts";
import { bool, field, optional, secret, shown, struct, text } from "./schema/index.ts";
import type { Draft, Report, StructShape } from "./schema/index.ts";
import { countSet, tlsConfig } from "./tls-config.ts";
import type { TlsConfig } from "./tls-config.ts";

/** A text that is empty is not set. `bearer_token` and its file are moved into `authorization`. */
export interface HttpConfig extends ProxyConfig {
  readonly basicAuth: BasicAuth | undefined;
  readonly authorization: Authorization | undefined;
  readonly oauth2: OAuth2Config | undefined;
  /** Empty once it is read; see `authorization`. */
  readonly bearerToken: string;
  /** Empty once it is read; see `authorization`. */
  readonly bearerTokenFile: string;
  readonly tlsConfig: TlsConfig;
  readonly followRedirects: boolean;
  readonly enableHttp2: boolean;
  readonly httpHeaders: HttpHeaders | undefined;
}

export interface BasicAuth {
  readonly username: string;
  readonly usernameFile: string;
  readonly usernameRef: string;
  /** Secret. */
  readonly password: string;
  readonly passwordFile: string;
  readonly passwordRef: string;
}

export interface Authorization {
  /** Never `Basic`; `Bearer` unless given. */
  readonly type: string;
  /** Secret. */
  readonly credentials: string;
  readonly credentialsFile: string;
  readonly credentialsRef: string;
}

const basicAuth: StructShape<BasicAuth> = struct<BasicAuth>({
  username: field("username", text),
  usernameFile: field("username_file", text),
  usernameRef: field("username_ref", text),
  password: field("password", secret),
  passwordFile: field("password_file", text),
  passwordRef: field("password_ref", text),
});

const authorization: StructShape<Authorization> = struct<Authorization>({
  type: field("type", text),
  credentials: field("credentials", secret),
  credentialsFile: field("credentials_file", text),
  credentialsRef: field("credentials_ref", text),
});

export const httpConfig: StructShape<HttpConfig> = struct<HttpConfig>(
  {
    basicAuth: field("basic_auth", optional(basicAuth)),
    authorization: field("authorization", optional(authorization)),
    oauth2: field("oauth2", optional(oauth2)),
    bearerToken: field("bearer_token", secret),
    bearerTokenFile: field("bearer_token_file", text),
    tlsConfig: field("tls_config", tlsConfig),
    followRedirects: shown("follow_redirects", bool, true),
    enableHttp2: shown("enable_http2", bool, true),
    ...PROXY_FIELDS,
    httpHeaders: field("http_headers", headersShape),
  },
  { check: checkHttp },
);

function checkHttp(http: Draft<HttpConfig>, report: Report): void {
  const hasBearer = http.bearerToken !== "" || http.bearerTokenFile !== "";
  if (http.bearerToken !== "" && http.bearerTokenFile !== "") {
    report('at most one of "bearer_token" and "bearer_token_file" may be set');
  }
  const schemes = [
    ...(http.basicAuth === undefined ? [] : ['"basic_auth"']),
    ...(http.authorization === undefined ? [] : ['"authorization"']),
    ...(http.oauth2 === undefined ? [] : ['"oauth2"']),
    ...(hasBearer ? ['"bearer_token" or "bearer_token_file"'] : []),
  ];
  if (schemes.length > 1) {
    const wanted =
      '"basic_auth", "oauth2", "authorization", "bearer_token" and "bearer_token_file"';
    report(`at most one of ${wanted} may be set, found ${schemes.join(" and ")}`);
  }
  checkBasicAuth(http.basicAuth, report);
  checkAuthorization(http, report);
  if (http.authorization === undefined && hasBearer) moveBearer(http);
  checkProxy(http, report);
  for (const name of http.httpHeaders?.keys() ?? []) {
    if (!RESERVED_HEADERS.has(canonicalHeader(name))) continue;
    report(`header "${canonicalHeader(name)}" may not be set`, { key: "http_headers" });
  }
}

function checkBasicAuth(basic: BasicAuth | undefined, report: Report): void {
  if (basic === undefined) return;
  const place = { key: "basic_auth" };
  if (countSet(basic.username, basic.usernameFile, basic.usernameRef) > 1) {
    const fields = '"username", "username_file" and "username_ref"';
    report(`at most one of basic_auth's ${fields} may be set`, place);
  }
  if (countSet(basic.password, basic.passwordFile, basic.passwordRef) > 1) {
    const fields = '"password", "password_file" and "password_ref"';
    report(`at most one of basic_auth's ${fields} may be set`, place);
  }
}

function checkAuthorization(http: Draft<HttpConfig>, report: Report): void {
  if (http.authorization === undefined) return;
  const place = { key: "authorization" };
  const { credentials, credentialsFile, credentialsRef } = http.authorization;
  if (countSet(credentials, credentialsFile, credentialsRef) > 1) {
    const fields = '"credentials", "credentials_file" and "credentials_ref"';
    report(`at most one of authorization's ${fields} may be set`, place);
  }
  const type = http.authorization.type.trim() || "Bearer";
  http.authorization = { ...http.authorization, type };
  if (type.toLowerCase() === "basic") {
    report('authorization type "basic" is not allowed; use "basic_auth"', place);
  }
}

/** The old spelling of a bearer token: it is shown in the new one. */
function moveBearer(http: Draft<HttpConfig>): void {
  http.authorization = {
    type: "Bearer",
    credentials: http.bearerToken,
    credentialsFile: http.bearerTokenFile,
    credentialsRef: "",
  };
  http.bearerToken = "";
  http.bearerTokenFile = "";
}
