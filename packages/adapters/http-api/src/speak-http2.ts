import { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type express from "express";

/**
 * Makes an application take requests of HTTP/2. Express puts its own prototypes below each request and
 * answer, and those descend from HTTP/1; here the same methods are put on those of HTTP/2.
 */
export function speakHttp2(app: express.Express): express.Express {
  app.request = rebased(app.request, Http2ServerRequest.prototype);
  app.response = rebased(app.response, Http2ServerResponse.prototype);
  return app;
}

/** Copies an application's prototype and express' below it onto another base. */
function rebased<T extends object>(prototype: T, base: object): T {
  const parent = Object.getPrototypeOf(prototype) as object;
  const methods = Object.create(base, Object.getOwnPropertyDescriptors(parent)) as object;
  // The same properties on another base: T but for what HTTP/2 lacks.
  return Object.create(methods, Object.getOwnPropertyDescriptors(prototype)) as T;
}
