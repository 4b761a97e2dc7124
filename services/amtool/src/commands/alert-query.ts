import { GET_ALERTS } from "../client/operations.ts";
import { readAlerts } from "../client/models.ts";
import { formatterFor } from "../output/formatter.ts";
import type { Action, CommandContext } from "../program/command-context.ts";

/** `alert query`: the alerts that match. */
export const alertQuery: Action = {
  command: {
    name: "query",
    isDefault: true,
    help: `Show current alerts.

Arguments are matchers: amtool alert query alertname=foo node=bar shows the
alerts that have both labels. The operators are =, !=, =~ and !~.

A first argument that is no matcher is the value of alertname, so
amtool alert query foo node=bar asks for the same.

Without a flag for a state only active alerts are shown.
`,
    flags: [
      { name: "inhibited", short: "i", kind: "switch", help: "Show inhibited alerts." },
      { name: "silenced", short: "s", kind: "switch", help: "Show silenced alerts." },
      { name: "active", short: "a", kind: "switch", help: "Show active alerts." },
      { name: "unprocessed", short: "u", kind: "switch", help: "Show unprocessed alerts." },
      {
        name: "receiver",
        short: "r",
        kind: "text",
        help: "Show alerts of the receivers that match this regular expression.",
      },
    ],
    arguments: [{ name: "matcher-groups", kind: "texts", help: "What alerts must match." }],
  },
  run: queryAlerts,
};

const STATES = ["active", "inhibited", "silenced", "unprocessed"] as const;

async function queryAlerts({ values, around, matchers, connect }: CommandContext): Promise<void> {
  const filters = matchers.withAlertname(values.texts("matcher-groups"));
  const hasState = STATES.some((state) => values.isOn(state));
  const query = new URLSearchParams();
  for (const state of STATES) {
    query.set(state, String(values.isOn(state) || (state === "active" && !hasState)));
  }
  for (const filter of filters) query.append("filter", filter);
  const receiver = values.text("receiver");
  if (receiver !== "") query.set("receiver", receiver);
  const connection = await connect();
  const alerts = await connection.call(GET_ALERTS, readAlerts, { query });
  const formatter = formatterFor(values.text("output"), values.text("date.format"));
  around.writeOut(formatter.alerts(alerts));
}
