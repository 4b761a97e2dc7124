import type { Values } from "@tocsin/command-line";
import { type ApiSilence, readSilences } from "../client/models.ts";
import { GET_SILENCES } from "../client/operations.ts";
import { formatterFor } from "../output/formatter.ts";
import type { Action, CommandContext } from "../program/command-context.ts";

/** `silence query`: the silences that match. */
export const silenceQuery: Action = {
  command: {
    name: "query",
    isDefault: true,
    help: `Show silences.

Arguments are matchers: amtool silence query alertname=foo node=bar shows the
silences that have both. A first argument that is no matcher is the value of
alertname.

--within=8h shows the silences that end within the next 8 hours, together with
--expired those that ended within the last 8 hours.
`,
    flags: [
      { name: "expired", kind: "switch", help: "Show expired silences instead of the others." },
      { name: "quiet", short: "q", kind: "switch", help: "Show ids alone." },
      { name: "created-by", kind: "text", help: "Show the silences of this author." },
      { name: "id", kind: "text", help: "Show the silence of this id." },
      {
        name: "within",
        kind: "duration",
        help: "Show silences that end, or with --expired ended, within this time.",
      },
    ],
    arguments: [{ name: "matcher-groups", kind: "texts", help: "What silences must have." }],
  },
  run: querySilences,
};

async function querySilences({ values, around, matchers, connect }: CommandContext): Promise<void> {
  const query = new URLSearchParams();
  for (const filter of matchers.withAlertname(values.texts("matcher-groups"))) {
    query.append("filter", filter);
  }
  const connection = await connect();
  const silences = await connection.call(GET_SILENCES, readSilences, { query });
  const nowMs = around.clock.wallMs();
  const chosen = silences.filter((silence) => isWanted(silence, values, nowMs));
  around.writeOut(showSilences(chosen, values));
}

/** Silences as `--quiet` and `--output` ask for them. */
export function showSilences(silences: readonly ApiSilence[], values: Values): string {
  if (values.isOn("quiet")) return silences.map(({ id }) => `${id}\n`).join("");
  return formatterFor(values.text("output"), values.text("date.format")).silences(silences);
}

function isWanted({ id, createdBy, endsAt }: ApiSilence, values: Values, nowMs: number): boolean {
  const leftMs = Date.parse(endsAt) - nowMs;
  const withinMs = values.number("within");
  const isExpired = values.isOn("expired");
  if (isExpired ? leftMs > 0 : leftMs < 0) return false;
  if (withinMs > 0 && Math.abs(leftMs) > withinMs) return false;
  const author = values.text("created-by");
  const wantedId = values.text("id");
  return (author === "" || author === createdBy) && (wantedId === "" || wantedId === id);
}
