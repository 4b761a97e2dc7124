/** The ring, for programs as JSON and for people as a page where dead members can be forgotten. */
import type { IncomingMessage } from "node:http";
import type { OperatorApi, SeenHeartbeat } from "@tocsin/engine/api";
import type { InstanceId } from "@tocsin/domain/model";
import type { Member, RingDocument } from "@tocsin/domain/ring";
import { AppError } from "@tocsin/foundation";
import { readBody } from "../body.ts";
import type { Exchange } from "../exchange.ts";
import { escapeHtml } from "../html.ts";
import { readMediaType } from "../media-type.ts";
import { sendJson, sendRedirect, sendText } from "../reply.ts";
import type { SurfaceRoute } from "../surface.ts";
import { assertOwnPage, hasBody } from "./change-guards.ts";

const FORM_TYPE = "application/x-www-form-urlencoded";
const FORM_LIMIT = { sizeMaxBytes: 4_096, flag: "a form with one name" };

export function ringMethods(instance: OperatorApi): SurfaceRoute["methods"] {
  return {
    GET: (exchange) => {
      const { view } = instance.status();
      const heartbeats = instance.heartbeats();
      if (!wantsPage(exchange)) return sendJson(exchange, 200, { view: view ?? null, heartbeats });
      const text = pageOf(view, heartbeats);
      sendText(exchange, 200, { type: "text/html; charset=utf-8", text });
    },
    POST: (exchange) => forget(instance, exchange),
  };
}

/** `forget=ID` as a form, as Cortex' page sends it, or in the query of a request without a body. */
async function forget(instance: OperatorApi, exchange: Exchange): Promise<void> {
  assertOwnPage(exchange.req);
  const id = hasBody(exchange.req)
    ? (await readForm(exchange.req)).get("forget")
    : exchange.query.get("forget");
  if (id === null || id === "") {
    throw new AppError("invalid-argument", 'Name the member to forget: "forget=ID" as a form');
  }
  // A name that no member has is refused.
  await instance.forget(id as InstanceId);
  if (wantsPage(exchange)) return sendRedirect(exchange, 302, exchange.fullPath);
  sendJson(exchange, 202, { forgetting: id });
}

/** Notifications are no forms, so none of them forgets a member. */
async function readForm(req: IncomingMessage): Promise<URLSearchParams> {
  const body = await readBody(req, FORM_LIMIT);
  const given = readMediaType(req.headers["content-type"] ?? "");
  if (!given.ok || given.type !== FORM_TYPE) {
    throw new AppError("invalid-argument", `This path takes no body but a form, as "${FORM_TYPE}"`);
  }
  return new URLSearchParams(body.toString("utf8"));
}

function wantsPage({ req }: Exchange): boolean {
  return req.headers.accept?.includes("text/html") === true;
}

function pageOf(view: RingDocument | undefined, heartbeats: readonly SeenHeartbeat[]): string {
  const rows = view?.members.map((member) => {
    return rowOf(
      member,
      view,
      heartbeats.find(({ id }) => id === member.id),
    );
  });
  const about =
    view === undefined
      ? "This instance has not joined the ring yet."
      : `Version ${view.version}, written by ${escapeHtml(view.writer)}.`;
  return (
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Tocsin: ring</title></head>\n` +
    `<body><h1>Ring</h1><p>${about} A member that stays dead is forgotten by itself; where too few remain ` +
    `for that, press "Forget".</p>\n<form method="post"><table>\n<tr>${cells("th", HEADINGS)}</tr>\n` +
    `${rows?.join("\n") ?? ""}\n</table></form></body></html>\n`
  );
}

const HEADINGS: readonly string[] = [
  "Instance",
  "State",
  "Owns",
  "Will own",
  "Address",
  "Zone",
  "Incarnation",
  "Last heartbeat",
  "Has synced version",
  "",
];

function rowOf(
  { id, state, address, zone, incarnation }: Member,
  { settled, target }: RingDocument,
  heartbeat: SeenHeartbeat | undefined,
): string {
  const name = escapeHtml(id);
  const yes = (is: boolean): string => (is ? "yes" : "no");
  return `<tr>${cells("td", [
    name,
    state,
    yes(settled.includes(id)),
    yes(target.includes(id)),
    escapeHtml(address),
    escapeHtml(zone),
    `${incarnation}`,
    heartbeat === undefined ? "none" : `${(heartbeat.ageMs / 1_000).toFixed(1)} s ago`,
    `${heartbeat?.synced ?? ""}`,
    `<button name="forget" value="${name}">Forget</button>`,
  ])}</tr>`;
}

function cells(tag: "td" | "th", texts: readonly string[]): string {
  return texts.map((text) => `<${tag}>${text}</${tag}>`).join("");
}
