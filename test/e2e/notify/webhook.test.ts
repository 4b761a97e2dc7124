import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig, type IntegrationConfig, type WebhookSettings } from "@tocsin/domain/config";
import type { NotifyResult } from "@tocsin/engine/ports";
import {
  anyMessage,
  jobFrom,
  receiverOf,
  T0,
  type NotifyCase,
  type WantedRequest,
} from "./case.ts";
import { startNotifier } from "./notifier.ts";
import { pem, Sink, type ReceivedRequest } from "./sink.ts";

const { cases } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../golden/notify/webhook.json"), "utf8"),
) as { readonly cases: readonly NotifyCase[] };
const ATTEMPTS_MAX = 3;
const live = new AbortController().signal;

/** Why a case is not played here; undefined for those that are. */
function skipReason(vector: NotifyCase): string | undefined {
  if (vector.want.startFails === true) return "it is about loading: see config/";
  const texts = [vector.config, ...Object.values(vector.files ?? {})].join("\n");
  if (texts.includes("oauth2:")) return "oauth2 is not supported yet";
  if (/proxy_/.test(texts)) return "proxies are not supported yet";
  return undefined;
}

describe("webhook notifications recorded from Alertmanager 0.34", () => {
  const notifier = startNotifier("http://am.example.test:9093");
  let sink: Sink;
  let folder: string;

  beforeAll(async () => {
    sink = await Sink.start();
    folder = await mkdtemp(join(tmpdir(), "tocsin-notify-"));
    for (const name of ["ca.pem", "client.pem", "client.key"]) {
      await writeFile(join(folder, name), await pem(name));
    }
  });
  afterAll(async () => {
    await notifier.close();
    await sink.stop();
    await rm(folder, { recursive: true });
  });

  function filled(text: string): string {
    const values: Record<string, string> = { ...sink.addresses, DIR: folder, T0 };
    values["REFUSED"] = "127.0.0.1:1";
    return text.replace(/\{\{([A-Z_0-9]+)\}\}/g, (whole, name: string) => values[name] ?? whole);
  }

  async function writeFiles(files: Readonly<Record<string, string>> = {}): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(folder, name), filled(text));
    }
  }

  function integrationsOf(vector: NotifyCase): readonly IntegrationConfig[] {
    const parsed = parseConfig(filled(vector.config));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const name = receiverOf(vector);
    return parsed.config.receivers.find((receiver) => receiver.name === name)!.integrations;
  }

  /** As the engine does: again while it is worth it, here without pauses and only a few times. */
  async function deliver(
    vector: NotifyCase,
    message: NonNullable<WantedRequest["json"]>,
    integration: IntegrationConfig,
  ): Promise<NotifyResult> {
    const job = jobFrom(vector, message, integration);
    let result: NotifyResult = { kind: "fenced" };
    for (let attempts = 0; attempts < ATTEMPTS_MAX; attempts += 1) {
      result = await notifier.notify(job, () => true, live);
      if (result.kind !== "retry" && result.kind !== "unreachable") return result;
    }
    return result;
  }

  async function play(vector: NotifyCase): Promise<NotifyResult> {
    sink.program(vector.sink ?? []);
    await writeFiles(vector.files);
    const integrations = integrationsOf(vector);
    const messages = distinctMessages(vector);
    let result: NotifyResult = { kind: "fenced" };
    for (const [at, { message, target }] of messages.entries()) {
      await writeFiles(vector.post[at]?.files);
      const integration = integrations.find((each) => urlOf(each).endsWith(target));
      result = await deliver(vector, message, integration ?? integrations[0]!);
    }
    return result;
  }

  function expectRequests(vector: NotifyCase): void {
    const wanted = vector.want.requests ?? [];
    if (vector.want.retried !== undefined) {
      expect(sink.received).toHaveLength(ATTEMPTS_MAX);
      for (const received of sink.received) expectRequest(received, wanted[0]!);
      return;
    }
    expect(sink.received.map(({ target }) => target)).toEqual(wanted.map(({ target }) => target));
    for (const [at, received] of sink.received.entries()) expectRequest(received, wanted[at]!);
  }

  function expectRequest(received: ReceivedRequest, wanted: WantedRequest): void {
    expect(received.method).toBe(wanted.method);
    for (const [name, value] of Object.entries(wanted.headers)) {
      if (name === "referer") continue;
      const shown = filled(value).replace("{{VERSION}}", "0.34.0");
      expect(`${name}: ${received.headers[name]}`).toBe(`${name}: ${shown}`);
    }
    for (const name of ["authorization", "cookie", "proxy-authorization"]) {
      if (!(name in wanted.headers)) expect(received.headers[name]).toBeUndefined();
    }
    const body = received.body.replaceAll(T0, "{{T0}}");
    if (typeof wanted.body === "object") expect(sha256(body)).toBe(wanted.body.$long.sha256);
    else expect(body).toBe(wanted.body ?? "");
  }

  for (const vector of cases) {
    const reason = skipReason(vector);
    if (reason !== undefined) continue;
    it(vector.name, async () => {
      const result = await play(vector);
      const { failedReason, log, logContains = [], logNotContains = [] } = vector.want;
      if (failedReason === undefined) {
        expect(result).toEqual({ kind: "accepted" });
      } else {
        const isFinal = log?.includes("due to unrecoverable error") === true;
        expect(result.kind === "refused").toBe(isFinal);
        const error = "error" in result ? result.error : "";
        for (const text of logContains) {
          if (!text.startsWith(`${vector.name}/`)) expect(error).toContain(text);
        }
        for (const text of logNotContains) expect(error).not.toContain(text);
        expect("reason" in result ? result.reason : "other").toBe(failedReason);
      }
      expectRequests(vector);
    });
  }

  it("most recorded cases are played", () => {
    const played = cases.filter((vector) => skipReason(vector) === undefined);
    expect(played.length).toBeGreaterThanOrEqual(70);
  });
});

/** The messages behind the requests: a repeated body is a repeated attempt, none is a redirect's. */
function distinctMessages(
  vector: NotifyCase,
): { readonly message: NonNullable<WantedRequest["json"]>; readonly target: string }[] {
  const wanted = vector.want.requests ?? [];
  const sameAs = (left: WantedRequest, right: WantedRequest | undefined): boolean => {
    return left.target === right?.target && isDeepStrictEqual(left.body, right.body);
  };
  const distinct = wanted.filter((request, at) => {
    const isRedirected = request.headers["referer"] !== undefined;
    const isMessage = request.json !== undefined && "groupKey" in request.json; // no custom payload
    return isMessage && !isRedirected && !sameAs(request, wanted[at - 1]);
  });
  if (distinct.length === 0) return [{ message: anyMessage(vector), target: "" }];
  return distinct.map(({ json, target }) => ({ message: json!, target }));
}

function urlOf(integration: IntegrationConfig): string {
  return (integration.settings as WebhookSettings).url;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
