/**
 * What every request goes through before anything else when there is a web configuration: headers, rate
 * limit, log-in. Mirrors `web/handler.go` of prometheus/exporter-toolkit 0.17, answers included.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { WebConfig } from "@tocsin/domain/config";
import { AppError, type Clock, type Logger } from "@tocsin/foundation";
import { LiveExchange } from "../live-exchange.ts";
import { sendProblem } from "../reply.ts";
import { PasswordCheck, type Login } from "./password-check.ts";
import { TokenBucket } from "./token-bucket.ts";
import type { WebConfigFile } from "./web-config-file.ts";

export interface WebGuardDeps {
  readonly file: WebConfigFile;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class WebGuard {
  readonly #deps: WebGuardDeps;
  readonly #bucket: TokenBucket | undefined;
  readonly #closing = new AbortController();
  readonly #passwords: PasswordCheck = new PasswordCheck(this.#closing.signal);
  #lastProblem = "";

  /** The rate limit stays as it is, whatever becomes of the file. */
  constructor(deps: WebGuardDeps, { intervalMs, burst }: WebConfig["rateLimit"]) {
    this.#deps = deps;
    this.#bucket = intervalMs > 0 ? new TokenBucket(burst, intervalMs) : undefined;
  }

  /** Stops checking passwords: nobody waits for an answer any more. */
  close(): void {
    this.#closing.abort(new AppError("aborted", "Cannot check password: the server is closing"));
  }

  /** A listener that lets through to `handler` only who may come in. */
  guarding(handler: RequestListener): RequestListener {
    return (req, res) => {
      void this.#refusal(req, res).then((status) => {
        // Its end has come already for a client that has gone: nobody would see it.
        if (res.destroyed) return;
        if (status === undefined) handler(req, res);
        else refuse(req, res, status);
      });
    };
  }

  /** The status of whoever may not come in. The others get the headers. Never rejects. */
  async #refusal(req: IncomingMessage, res: ServerResponse): Promise<Refusal | undefined> {
    const config = await this.#read();
    if (config === undefined) return 500;
    if (this.#bucket?.take(this.#deps.clock.monotonicMs()) === false) return 429;
    for (const [name, value] of config.http.headers ?? []) res.setHeader(name, value);
    const { users } = config;
    if (users === undefined || users.size === 0) return undefined;
    const login = loginOf(req);
    if (login === undefined) return 401;
    const known = this.#passwords.recall(login, users);
    const verdict = known ?? (await this.#passwords.check(login, users).catch(() => "unknown"));
    if (verdict === "right") return undefined;
    return verdict === "wrong" ? 401 : 503;
  }

  /** A file that has been broken meanwhile is told once for each way in which it is. */
  async #read(): Promise<WebConfig | undefined> {
    try {
      const config = await this.#deps.file.read();
      this.#lastProblem = "";
      return config;
    } catch (thrown) {
      const err = AppError.from(thrown).message;
      if (err !== this.#lastProblem) {
        this.#deps.logger.log("error", "Cannot use the web configuration", { err });
      }
      this.#lastProblem = err;
      return undefined;
    }
  }
}

const REASONS = {
  401: "Unauthorized",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Too many passwords to check, try again later",
} as const;

type Refusal = keyof typeof REASONS;

function refuse(req: IncomingMessage, res: ServerResponse, status: Refusal): void {
  if (status === 401) res.setHeader("WWW-Authenticate", "Basic");
  if (status === 503) res.setHeader("Retry-After", "1");
  const path = req.url ?? "";
  sendProblem(
    new LiveExchange(req, res, { fullPath: path, path, params: {} }),
    status,
    REASONS[status],
  );
}

/** With its padding, as Go reads it. */
const BASIC = /^basic (?<login>(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/i;

function loginOf(req: IncomingMessage): Login | undefined {
  const encoded = BASIC.exec(req.headers.authorization ?? "")?.groups?.["login"];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
