/** The forms of answer that have no body to speak of. Whole texts go out at once with their length. */
import { escapeHtml } from "./html.ts";
import type { Exchange } from "./exchange.ts";

export const TEXT = "text/plain; charset=utf-8";
const HTML = "text/html; charset=utf-8";
export const JSON_TYPE = "application/json";
export const YAML_TYPE = "application/yaml";

/** Sends a text as it is. A HEAD gets the same headers and no body. */
export function sendText(
  exchange: Exchange,
  status: number,
  body: { readonly type: string; readonly text: string },
): void {
  const { req, res } = exchange;
  const bytes = Buffer.from(body.text, "utf8");
  exchange.sentBytes += bytes.length;
  res.statusCode = status;
  res.setHeader("Content-Type", body.type);
  res.setHeader("Content-Length", bytes.length);
  if (req.method === "HEAD") res.end();
  else res.end(bytes);
}

/** Answers a HEAD whose GET would have a body, without its length. */
export function sendHead(exchange: Exchange, status: number, type?: string): void {
  exchange.res.statusCode = status;
  if (type !== undefined) exchange.res.setHeader("Content-Type", type);
  exchange.res.end();
}

export function sendJson(exchange: Exchange, status: number, value: unknown): void {
  sendText(exchange, status, { type: JSON_TYPE, text: JSON.stringify(value) });
}

/** As `sendJson`, with the newline by which Go's encoder ends what a handler of API v2 answers. */
export function sendJsonLine(exchange: Exchange, status: number, value: unknown): void {
  sendText(exchange, status, { type: JSON_TYPE, text: `${JSON.stringify(value)}\n` });
}

export function sendEmpty(exchange: Exchange, status: number): void {
  exchange.res.statusCode = status;
  // What has no content by its status has no length of it either.
  if (status !== 204) exchange.res.setHeader("Content-Length", 0);
  exchange.res.end();
}

/** A problem as Go's `http.Error` writes it: one line of text that no browser takes for HTML. */
export function sendProblem(exchange: Exchange, status: number, message: string): void {
  exchange.res.setHeader("X-Content-Type-Options", "nosniff");
  sendText(exchange, status, { type: TEXT, text: `${message}\n` });
}

export function sendPageNotFound(exchange: Exchange): void {
  sendProblem(exchange, 404, "404 page not found");
}

/** As upstream's router, which answers OPTIONS by itself. */
export function sendMethodNotAllowed(exchange: Exchange, allowed: readonly string[]): void {
  setAllow(exchange, allowed);
  sendProblem(exchange, 405, "Method Not Allowed");
}

export function setAllow({ res }: Exchange, methods: readonly string[]): void {
  res.setHeader("Allow", [...methods, "OPTIONS"].sort().join(", "));
}

const REDIRECT_NAMES: Readonly<Record<301 | 302 | 307, string>> = {
  301: "Moved Permanently",
  302: "Found",
  307: "Temporary Redirect",
};

/** Sends elsewhere as Go's `http.Redirect` does; only GET gets a body to click on. */
export function sendRedirect(exchange: Exchange, status: 301 | 302 | 307, location: string): void {
  const { req, res } = exchange;
  res.setHeader("Location", location);
  if (req.method === "HEAD") return sendHead(exchange, status, HTML);
  if (req.method !== "GET") return sendEmpty(exchange, status);
  const text = `<a href="${escapeHtml(location)}">${REDIRECT_NAMES[status]}</a>.\n\n`;
  sendText(exchange, status, { type: HTML, text });
}
