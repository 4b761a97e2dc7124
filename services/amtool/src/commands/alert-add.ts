import { IGNORED } from "../client/connection.ts";
import { POST_ALERTS } from "../client/operations.ts";
import type { Action, CommandContext } from "../program/command-context.ts";
import { readTime } from "./times.ts";

/** `alert add`: a new alert. */
export const alertAdd: Action = {
  command: {
    name: "add",
    help: `Add an alert.

Arguments are its labels: amtool alert add alertname=foo node=bar. A first
argument that is no label is the value of alertname.

  amtool alert add foo node=bar --annotation=summary='it is broken'
`,
    flags: [
      { name: "generator-url", kind: "text", help: "Where the alert comes from, as a URL." },
      { name: "start", kind: "text", help: "When it starts, such as 2026-02-11T08:15:30+01:00." },
      { name: "end", kind: "text", help: "When it ends, in the same form." },
      { name: "annotation", kind: "texts", help: "An annotation, as name=value." },
    ],
    arguments: [{ name: "labels", kind: "texts", help: "The labels of the alert." }],
  },
  run: addAlert,
};

async function addAlert({ values, matchers, connect }: CommandContext): Promise<void> {
  const words = matchers.withAlertname(values.texts("labels"));
  const labels = matchers.readLabels(words, "labels");
  const annotations = matchers.readLabels(values.texts("annotation"), "annotations");
  const startsAt = readTime(values.text("start"));
  const endsAt = readTime(values.text("end"));
  const generatorURL = values.text("generator-url");
  const alert = {
    annotations,
    ...(endsAt !== undefined && { endsAt: endsAt.text }),
    ...(startsAt !== undefined && { startsAt: startsAt.text }),
    ...(generatorURL !== "" && { generatorURL }),
    labels,
  };
  const connection = await connect();
  await connection.call(POST_ALERTS, IGNORED, { body: [alert] });
}
