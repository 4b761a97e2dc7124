/** Readers, and somebody who gives a tenant one configuration after the other. */
import type { TenantId } from "@tocsin/domain/model";
import type { ClientConfig, ConfigWrite } from "../history.ts";
import { configText, groupByOf } from "../scenario.ts";
import type { Draw } from "../world/events.ts";
import type { Http, Work } from "./http.ts";

const READ_MS = 700;
const READ_AFTER_YES = 0.1;

/** Reads all the time, from anybody, and checks what it gets. */
export function read(
  http: Http,
  tenants: readonly TenantId[],
  options: { readonly draw: Draw; readonly untilMs: number },
): void {
  const { history } = http;
  const readOne = (tenant: TenantId, done: () => void): void => {
    const beganMs = http.nowMs;
    const work: Work = async (api, signal) => {
      const result = await api.read(tenant, { strict: false }, signal);
      history.readCount += 1;
      if (result.have < result.need) return;
      http.onRead({ tenant, beganMs, nowMs: http.nowMs }, result);
    };
    http.request(work, done);
  };
  const tick = (): void => {
    readOne(options.draw.pick(tenants), () => {
      if (http.nowMs < options.untilMs) http.at(http.nowMs + READ_MS, tick);
    });
  };
  // What is missing is missing most likely right after the yes.
  http.onYes = () => {
    if (options.draw.chance(READ_AFTER_YES)) readOne(options.draw.pick(tenants), () => {});
  };
  http.at(http.nowMs + READ_MS, tick);
}

/** Puts the next configuration a while after the last was acknowledged. */
export function configure(
  http: Http,
  tenant: TenantId,
  options: { readonly draw: Draw; readonly untilMs: number; readonly repeatMs: number },
): void {
  const client: ClientConfig = { tenant, writes: [] };
  http.history.configs.push(client);
  const later = (): void => {
    const atMs = http.nowMs + options.draw.between(2_000, 20_000);
    if (atMs < options.untilMs) http.at(atMs, () => http.insist("config", next, later));
  };
  const next = (): { write: ConfigWrite; work: Work } => {
    const started = http.newWrite(client.writes.length);
    const write: ConfigWrite = { ...started, groupBy: groupByOf(started.number) };
    client.writes.push(write);
    const text = configText({ number: write.number, repeatMs: options.repeatMs });
    const work: Work = async (api, signal) => {
      await api.putConfig(tenant, { text, templates: {}, expectedVersion: undefined }, signal);
    };
    return { write, work };
  };
  later();
}
