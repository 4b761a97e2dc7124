/** What the process was started with, and what runs in it, under the paths by which Cortex has them. */
import type { OperatorApi } from "@tocsin/engine/api";
import { AppError } from "@tocsin/foundation";
import { sendText, TEXT, YAML_TYPE } from "../reply.ts";
import type { SurfaceRoute } from "../surface.ts";

/** As YAML, without credentials. */
export interface OperatorSettings {
  readonly all: string;
  /** Only what somebody set. */
  readonly given: string;
  readonly defaults: string;
  /** Limits of single tenants that are in force. */
  readonly overrides: () => string;
}

type Methods = SurfaceRoute["methods"];

/** All settings; with `mode=diff` those that are set, with `mode=defaults` what they were else. */
export function configMethods(settings: OperatorSettings): Methods {
  return {
    GET: (exchange) => {
      const mode = exchange.query.get("mode") ?? "";
      const texts = new Map([
        ["", settings.all],
        ["diff", settings.given],
        ["defaults", settings.defaults],
      ]);
      const text = texts.get(mode);
      if (text === undefined) {
        throw new AppError("invalid-argument", 'Unknown mode: "diff" or "defaults" is wanted');
      }
      sendText(exchange, 200, { type: YAML_TYPE, text });
    },
  };
}

export function runtimeConfigMethods(settings: OperatorSettings): Methods {
  return {
    GET: (exchange) => sendText(exchange, 200, { type: YAML_TYPE, text: settings.overrides() }),
  };
}

/** One line for each part: its name and its state, in Cortex' words. */
export function servicesMethods(instance: OperatorApi): Methods {
  return {
    GET: (exchange) => {
      const text = `server => Running\nalertmanager => ${stateOf(instance)}\n`;
      sendText(exchange, 200, { type: TEXT, text });
    },
  };
}

function stateOf(instance: OperatorApi): string {
  const drain = instance.drainState();
  if (drain === "drained") return "Terminated";
  if (drain === "draining") return "Stopping";
  return instance.readiness().ready ? "Running" : "Starting";
}
