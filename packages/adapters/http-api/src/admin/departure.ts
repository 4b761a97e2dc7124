/** What is asked of an instance before and while it leaves. */
import type { OperatorApi } from "@tocsin/engine/api";
import type { Clock } from "@tocsin/foundation";
import type { Exchange } from "../exchange.ts";
import { sendJson } from "../reply.ts";
import type { SurfaceRoute } from "../surface.ts";
import { assertNoNotification } from "./change-guards.ts";

type Methods = SurfaceRoute["methods"];

/** `POST` gives up ownership and goes on serving, `DELETE` takes that back, `GET` says how far it is. */
export function drainMethods(instance: OperatorApi): Methods {
  const show = (exchange: Exchange, status: number): void => {
    const { ownedCount, takenOverCount, waiting, state, why } = instance.drainProgress();
    const tenants = { owned: ownedCount, takenOver: takenOverCount, waiting };
    sendJson(exchange, status, { state, ...(why !== undefined && { why }), tenants });
  };
  return {
    GET: (exchange) => show(exchange, 200),
    POST: (exchange) => {
      assertNoNotification(exchange.req);
      instance.drain();
      show(exchange, 202);
    },
    DELETE: (exchange) => {
      assertNoNotification(exchange.req);
      instance.stay();
      show(exchange, 200);
    },
  };
}

/**
 * Whether the next SIGTERM is for good makes no difference: each one hands everything over, and whoever
 * comes back takes its tenants again. So there is nothing to mark and nothing to take back.
 */
export function prepareShutdownMethods(instance: OperatorApi): Methods {
  const answer = (exchange: Exchange): void => {
    const readiness = instance.readiness();
    if (readiness.ready || instance.drainState() !== "serving") {
      sendJson(exchange, 200, { prepared: true });
    } else {
      sendJson(exchange, 503, { prepared: false, why: readiness.why });
    }
  };
  return { GET: answer, POST: answer, DELETE: answer };
}

/**
 * Since when this instance is meant to go, in seconds; 0: it is not. A rollout operator waits from there.
 * Nothing depends on it here, so a restart may forget it: the next question begins the wait anew.
 */
export function prepareDownscaleMethods(clock: Clock): Methods {
  let sinceS = 0;
  const show = (exchange: Exchange): void => sendJson(exchange, 200, { timestamp: sinceS });
  return {
    GET: show,
    POST: (exchange) => {
      assertNoNotification(exchange.req);
      sinceS ||= Math.floor(clock.wallMs() / 1_000);
      show(exchange);
    },
    DELETE: (exchange) => {
      assertNoNotification(exchange.req);
      sinceS = 0;
      show(exchange);
    },
  };
}
