/**
 * Relative file names, joined with the folder of the configuration file where upstream joins them:
 * templates, the files of HTTP clients and of the event recorder. Not joined, as upstream: `*_file`
 * secrets, the TLS files of e-mail and tracing, and all of incident.io. Upstream joins a global client
 * once more for every receiver that shares it; here it is joined once.
 */
import type { ConfigDocument } from "./document.ts";
import type { EventRecorderConfig } from "./event-recorder.ts";
import type { HttpConfig } from "./http-config.ts";
import type { HttpHeaders } from "./http-headers.ts";
import type { ReceiverDocument } from "./receiver.ts";
import { INTEGRATION_KINDS, receiverKind } from "./receivers/kinds.ts";
import type { CommonSettings } from "./receivers/kind.ts";
import type { TlsConfig } from "./tls-config.ts";

type Join = (path: string) => string;

export function joinPaths(document: ConfigDocument, directory: string): ConfigDocument {
  const join: Join = (path) => joinPath(directory, path);
  const { global } = document;
  const shared = global?.httpConfig;
  const joinedShared = shared === undefined ? undefined : joinHttp(shared, join);
  // Receivers that share the global client go on sharing it.
  const joinClient = (http: HttpConfig): HttpConfig =>
    joinedShared !== undefined && http === shared ? joinedShared : joinHttp(http, join);
  return {
    ...document,
    global: global === undefined ? undefined : { ...global, httpConfig: joinedShared },
    receivers: document.receivers?.map((item) => joinReceiver(item, joinClient)),
    templates: document.templates?.map(join),
    eventRecorder: joinRecorder(document.eventRecorder, join),
  };
}

/** The files of one HTTP client, joined with a folder. */
export function joinHttpPaths(http: HttpConfig, directory: string): HttpConfig {
  return joinHttp(http, (path) => joinPath(directory, path));
}

/** As Go's `filepath.Join` on Unix, but an empty or absolute path stays as it is. */
export function joinPath(directory: string, path: string): string {
  if (path === "" || path.startsWith("/")) return path;
  const isAbsolute = directory.startsWith("/");
  const parts: string[] = [];
  for (const part of `${directory}/${path}`.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!isAbsolute) parts.push(part);
  }
  const joined = (isAbsolute ? "/" : "") + parts.join("/");
  return joined === "" ? "." : joined;
}

function joinReceiver(
  document: ReceiverDocument,
  joinClient: (http: HttpConfig) => HttpConfig,
): ReceiverDocument {
  const joined: Partial<Record<string, readonly (CommonSettings | undefined)[]>> = {};
  for (const kind of INTEGRATION_KINDS) {
    const items = document[kind];
    if (items === undefined || receiverKind(kind).keepsPaths === true) continue;
    joined[kind] = items.map((settings) => {
      if (settings === undefined || !("httpConfig" in settings)) return settings;
      const { httpConfig } = settings;
      return httpConfig === undefined
        ? settings
        : { ...settings, httpConfig: joinClient(httpConfig) };
    });
  }
  return { ...document, ...joined };
}

function joinHttp(http: HttpConfig, join: Join): HttpConfig {
  const { basicAuth, authorization, oauth2 } = http;
  return {
    ...http,
    tlsConfig: joinTls(http.tlsConfig, join),
    basicAuth: basicAuth && {
      ...basicAuth,
      usernameFile: join(basicAuth.usernameFile),
      passwordFile: join(basicAuth.passwordFile),
    },
    authorization: authorization && {
      ...authorization,
      credentialsFile: join(authorization.credentialsFile),
    },
    oauth2: oauth2 && {
      ...oauth2,
      clientSecretFile: join(oauth2.clientSecretFile),
      tlsConfig: joinTls(oauth2.tlsConfig, join),
    },
    httpHeaders: http.httpHeaders && joinHeaders(http.httpHeaders, join),
  };
}

function joinTls(tls: TlsConfig, join: Join): TlsConfig {
  return {
    ...tls,
    caFile: join(tls.caFile),
    certFile: join(tls.certFile),
    keyFile: join(tls.keyFile),
  };
}

function joinHeaders(headers: HttpHeaders, join: Join): HttpHeaders {
  const joined = [...headers].map(
    ([name, header]) => [name, { ...header, files: header.files?.map(join) }] as const,
  );
  return new Map(joined);
}

function joinRecorder(recorder: EventRecorderConfig, join: Join): EventRecorderConfig {
  return {
    ...recorder,
    fileOutputs: recorder.fileOutputs?.map((output) => ({ ...output, path: join(output.path) })),
    webhookOutputs: recorder.webhookOutputs?.map((output) => ({
      ...output,
      httpConfig: output.httpConfig && joinHttp(output.httpConfig, join),
    })),
    kafkaOutputs: recorder.kafkaOutputs?.map((output) => ({
      ...output,
      tlsConfig: output.tlsConfig && joinTls(output.tlsConfig, join),
    })),
  };
}
