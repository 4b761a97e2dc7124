/** Silences: created, changed while they stand, and perhaps ended while somebody else changes them. */
import type { TenantId } from "@tocsin/domain/model";
import type { SilenceDraft } from "@tocsin/engine/api";
import type { ClientSilence, Write } from "../history.ts";
import { trueWallMs } from "../world/sim-process.ts";
import type { Life } from "./alerts.ts";
import type { Http, Work } from "./http.ts";

const SILENCE_MS = 1_800_000;
/** An update that began before the expire may arrive after it, and the other way round (A8). */
const MEETING_MS = 20;

/** `life.onYes` runs when the silence is acknowledged. */
export function silence(
  http: Http,
  what: { readonly tenant: TenantId; readonly group: string },
  life: Life & { readonly onYes: () => void },
): void {
  const known: ClientSilence = {
    ...what,
    id: undefined,
    createBeganMs: undefined,
    createTries: 0,
    createAckedMs: undefined,
    expireBeganMs: undefined,
    expireAckedMs: undefined,
    updates: [],
  };
  http.history.silences.push(known);
  http.at(life.startMs, () => {
    create(http, known, () => {
      life.onYes();
      const { endMs } = life;
      if (endMs === undefined) return;
      http.at((http.nowMs + endMs) / 2, () => update(http, known));
      http.at(endMs - MEETING_MS, () => update(http, known));
      http.at(endMs, () => expire(http, known));
      http.at(endMs + MEETING_MS / 10, () => update(http, known));
      http.at(endMs + MEETING_MS / 4, () => update(http, known));
    });
  });
}

function newDraft({ tenant, group }: ClientSilence, startsAtMs: number): SilenceDraft {
  return {
    id: "",
    matcherSets: [[{ type: "=" as const, name: "alertname", value: group }]],
    startsAtMs,
    endsAtMs: startsAtMs + SILENCE_MS,
    createdBy: tenant,
    comment: "0",
    annotations: {},
  };
}

function create(http: Http, known: ClientSilence, done: () => void): void {
  const startsAtMs = trueWallMs(http.world.events);
  let id = "";
  const next = (): { write: Write; work: Work } => {
    const write = http.newWrite(-1);
    known.createBeganMs ??= write.beganMs;
    known.createTries += 1;
    const work: Work = async (api, signal) => {
      id = await api.putSilence(known.tenant, newDraft(known, startsAtMs), signal);
    };
    return { write, work };
  };
  http.insist("silence", next, () => {
    known.id = id;
    known.createAckedMs = http.nowMs;
    done();
  });
}

/** Changes the comment, as a person does who has the silence before him. */
function update(http: Http, known: ClientSilence): void {
  const write = http.newWrite(known.updates.length);
  known.updates.push(write);
  const work: Work = async (api, signal) => {
    const { reader } = await api.read(known.tenant, { strict: true }, signal);
    const found = reader.silences().find((one) => one.id === known.id);
    if (found === undefined) throw new Error("The silence is not there");
    const id = await api.putSilence(
      known.tenant,
      { ...found, comment: String(write.number) },
      signal,
    );
    // It had ended before: what was made is another silence, which nobody wants.
    if (id !== known.id) await api.expireSilence(known.tenant, id, signal);
  };
  http.write("update", { write, work }, () => {});
}

function expire(http: Http, known: ClientSilence): void {
  const next = (): { write: Write; work: Work } => {
    const write = http.newWrite(0);
    known.expireBeganMs ??= write.beganMs;
    const work: Work = (api, signal) => api.expireSilence(known.tenant, known.id ?? "", signal);
    return { write, work };
  };
  http.insist("expire", next, () => {
    known.expireAckedMs = http.nowMs;
  });
}
