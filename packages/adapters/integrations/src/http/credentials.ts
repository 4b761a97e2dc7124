import type { Authorization, BasicAuth, HttpConfig, HttpHeaders } from "@tocsin/domain/config";
import { refuseReference, secretOf, type ReadSecret } from "./secrets.ts";

/** Headers of a request; a list stands for as many lines. */
export type Headers = Record<string, string | string[]>;

/**
 * The headers that a configuration adds to each request, secrets read anew. Rejects when a file cannot
 * be read: with the file's name, in upstream's words.
 */
export async function configuredHeaders(
  config: HttpConfig,
  readSecret: ReadSecret,
): Promise<Headers> {
  const headers = await extraHeaders(config.httpHeaders, readSecret);
  const authorization = await authorizationOf(config, readSecret);
  return authorization === undefined ? headers : { ...headers, authorization };
}

/** `Authorization` for the user and password of a URL; undefined when it has none. */
export function urlAuthorization(url: URL): string | undefined {
  if (url.username === "" && url.password === "") return undefined;
  return basic(decoded(url.username), decoded(url.password));
}

async function authorizationOf(
  config: HttpConfig,
  readSecret: ReadSecret,
): Promise<string | undefined> {
  if (config.basicAuth !== undefined) return basicAuthorization(config.basicAuth, readSecret);
  if (config.authorization !== undefined)
    return typedAuthorization(config.authorization, readSecret);
  return undefined;
}

async function basicAuthorization(auth: BasicAuth, readSecret: ReadSecret): Promise<string> {
  refuseReference(auth.usernameRef, "username_ref");
  refuseReference(auth.passwordRef, "password_ref");
  const name = { text: auth.username, file: auth.usernameFile, what: "basic auth username" };
  const word = { text: auth.password, file: auth.passwordFile, what: "basic auth password" };
  return basic(await secretOf(name, readSecret), await secretOf(word, readSecret));
}

async function typedAuthorization(auth: Authorization, readSecret: ReadSecret): Promise<string> {
  refuseReference(auth.credentialsRef, "credentials_ref");
  const what = "authorization credentials";
  const secret = { text: auth.credentials, file: auth.credentialsFile, what };
  return `${auth.type} ${await secretOf(secret, readSecret)}`.trimEnd();
}

async function extraHeaders(
  configured: HttpHeaders | undefined,
  readSecret: ReadSecret,
): Promise<Headers> {
  const headers: Headers = {};
  for (const [name, { values = [], secrets = [], files = [] }] of configured ?? []) {
    const read = files.map((file) =>
      secretOf({ text: "", file, what: `header ${name}` }, readSecret),
    );
    headers[name] = [...values, ...secrets, ...(await Promise.all(read))];
  }
  return headers;
}

function basic(name: string, word: string): string {
  return `Basic ${Buffer.from(`${name}:${word}`).toString("base64")}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
