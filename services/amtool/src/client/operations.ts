/** The operations of the v2 API that amtool uses, and the names that its errors give to their refusals. */
export interface Operation {
  readonly name: string;
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the API's path, with `{silenceID}` for an id. */
  readonly path: string;
  /** By status; `withBody`: what the server says of it is part of the error. */
  readonly refusals: ReadonlyMap<number, Refusal>;
}

interface Refusal {
  readonly word: string;
  readonly withBody: boolean;
}

const BAD_REQUEST: readonly [number, Refusal] = [400, { word: "BadRequest", withBody: true }];
const NOT_FOUND: readonly [number, Refusal] = [404, { word: "NotFound", withBody: true }];
const NOT_FOUND_BARE: readonly [number, Refusal] = [404, { word: "NotFound", withBody: false }];
const SERVER_ERROR: readonly [number, Refusal] = [
  500,
  { word: "InternalServerError", withBody: true },
];

export const GET_ALERTS: Operation = {
  name: "getAlerts",
  method: "GET",
  path: "/alerts",
  refusals: new Map([BAD_REQUEST, SERVER_ERROR]),
};

export const POST_ALERTS: Operation = {
  name: "postAlerts",
  method: "POST",
  path: "/alerts",
  refusals: new Map([BAD_REQUEST, SERVER_ERROR]),
};

export const GET_SILENCES: Operation = {
  name: "getSilences",
  method: "GET",
  path: "/silences",
  refusals: new Map([BAD_REQUEST, SERVER_ERROR]),
};

export const POST_SILENCES: Operation = {
  name: "postSilences",
  method: "POST",
  path: "/silences",
  refusals: new Map([BAD_REQUEST, NOT_FOUND]),
};

export const GET_SILENCE: Operation = {
  name: "getSilence",
  method: "GET",
  path: "/silence/{silenceID}",
  refusals: new Map([NOT_FOUND_BARE, SERVER_ERROR]),
};

export const DELETE_SILENCE: Operation = {
  name: "deleteSilence",
  method: "DELETE",
  path: "/silence/{silenceID}",
  refusals: new Map([NOT_FOUND_BARE, SERVER_ERROR]),
};

export const GET_STATUS: Operation = {
  name: "getStatus",
  method: "GET",
  path: "/status",
  refusals: new Map(),
};

/** The error for an answer that is no success. `body` is what the server said, as JSON. */
export function refusalText(operation: Operation, status: number, body: unknown): string {
  const { name, method, path } = operation;
  const refusal = operation.refusals.get(status);
  if (refusal === undefined) return `[${method} ${path}] ${name} (status ${status}): {}`;
  const text = `[${method} ${path}][${status}] ${name}${refusal.word}`;
  return refusal.withBody ? `${text} ${JSON.stringify(body)}` : text;
}
