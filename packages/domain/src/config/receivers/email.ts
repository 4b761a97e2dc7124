import type { GlobalConfig } from "../global.ts";
import { hostPort } from "../host-port.ts";
import { canonicalHeader } from "../http-headers.ts";
import { bool, field, optional, secret, struct, text, textMap } from "../schema/index.ts";
import type { Draft, Report, StructShape } from "../schema/index.ts";
import { tlsConfig } from "../tls-config.ts";
import type { TlsConfig } from "../tls-config.ts";
import { sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";

/** Mirrors EmailConfig of `config/notifiers.go` in Alertmanager 0.34. A text that is empty is not set. */
export interface EmailSettings extends CommonSettings {
  /** Template. */
  readonly to: string;
  /** Template. */
  readonly from: string;
  readonly hello: string;
  readonly smarthost: string;
  readonly authUsername: string;
  /** Secret. */
  readonly authPassword: string;
  readonly authPasswordFile: string;
  /** Secret. */
  readonly authSecret: string;
  readonly authSecretFile: string;
  readonly authIdentity: string;
  /** Templates by header, spelt as is usual (`X-My-Header`). */
  readonly headers: ReadonlyMap<string, string> | undefined;
  /** Template. */
  readonly html: string;
  /** Template. */
  readonly text: string;
  /** Never undefined once it is inherited. */
  readonly requireTls: boolean | undefined;
  readonly tlsConfig: TlsConfig | undefined;
  /** Undefined: port 465 means TLS from the start. */
  readonly forceImplicitTls: boolean | undefined;
  readonly threading: EmailThreading;
}

export interface EmailThreading {
  readonly enabled: boolean;
  /** `none` or `daily` when enabled. */
  readonly threadByDate: string;
}

const emailSettings: StructShape<EmailSettings> = struct<EmailSettings>(
  {
    sendResolved: sendResolved(false),
    to: field("to", text),
    from: field("from", text),
    hello: field("hello", text),
    smarthost: field("smarthost", hostPort),
    authUsername: field("auth_username", text),
    authPassword: field("auth_password", secret),
    authPasswordFile: field("auth_password_file", text),
    authSecret: field("auth_secret", secret),
    authSecretFile: field("auth_secret_file", text),
    authIdentity: field("auth_identity", text),
    headers: field("headers", textMap),
    html: field("html", text, '{{ template "email.default.html" . }}'),
    text: field("text", text),
    requireTls: field("require_tls", optional(bool)),
    tlsConfig: field("tls_config", optional(tlsConfig)),
    forceImplicitTls: field("force_implicit_tls", optional(bool)),
    threading: field(
      "threading",
      struct<EmailThreading>({
        enabled: field("enabled", bool),
        threadByDate: field("thread_by_date", text),
      }),
    ),
  },
  { check: checkEmail },
);

/** Headers that threading sets itself. */
const THREAD_HEADERS: readonly string[] = ["References", "In-Reply-To"];

function checkEmail(settings: Draft<EmailSettings>, report: Report): void {
  if (settings.to === "") report('the address "to" is missing');
  const headers = new Map<string, string>();
  for (const [name, value] of settings.headers ?? []) {
    const header = canonicalHeader(name);
    if (headers.has(header)) report(`header "${header}" is there twice`, { key: "headers" });
    headers.set(header, value);
  }
  settings.headers = headers;
  if (!settings.threading.enabled) return;
  for (const header of THREAD_HEADERS) {
    if (!headers.has(header)) continue;
    report(`"threading.enabled" excludes an own header "${header}"`, { key: "headers" });
  }
  if (!["none", "daily"].includes(settings.threading.threadByDate)) {
    report('"threading.thread_by_date" must be "none" or "daily"', { key: "threading" });
  }
}

function inheritEmail(settings: Draft<EmailSettings>, global: GlobalConfig, report: Report): void {
  settings.tlsConfig ??= global.smtpTlsConfig;
  settings.smarthost ||= global.smtpSmarthost;
  settings.from ||= global.smtpFrom;
  settings.hello ||= global.smtpHello;
  settings.authUsername ||= global.smtpAuthUsername;
  if (settings.authPassword === "" && settings.authPasswordFile === "") {
    settings.authPassword = global.smtpAuthPassword;
    settings.authPasswordFile = global.smtpAuthPasswordFile;
  }
  if (settings.authSecret === "" && settings.authSecretFile === "") {
    settings.authSecret = global.smtpAuthSecret;
    settings.authSecretFile = global.smtpAuthSecretFile;
  }
  settings.authIdentity ||= global.smtpAuthIdentity;
  settings.requireTls ??= global.smtpRequireTls;
  settings.forceImplicitTls ??= global.smtpForceImplicitTls;
  if (settings.smarthost === "")
    report('a "smarthost" is wanted, here or as global SMTP smarthost');
  if (settings.from === "") report('a sender "from" is wanted, here or as global SMTP from');
}

export const email: ReceiverKind<EmailSettings> = {
  kind: "email",
  key: "email_configs",
  shape: emailSettings,
  inherit: inheritEmail,
};
