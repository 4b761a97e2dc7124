import { readPostedId, type SilenceContent } from "../client/models.ts";
import { POST_SILENCES } from "../client/operations.ts";
import { apiMatcherOf } from "../output/matcher.ts";
import type { Action, CommandContext } from "../program/command-context.ts";
import { Failure } from "../program/failure.ts";
import { readSilenceDurationMs, readTime, timeAt } from "./times.ts";

/** `silence add`: a new silence. */
export function silenceAdd(userName: string): Action {
  return {
    command: {
      name: "add",
      help: `Add a silence and print its id.

Arguments are matchers: amtool silence add alertname=foo node=bar silences the
alerts that have both labels. The operators are =, !=, =~ and !~. A first
argument that is no matcher is the value of alertname.
`,
      flags: [
        {
          name: "author",
          short: "a",
          kind: "text",
          preset: userName,
          help: "Who makes the silence.",
        },
        {
          name: "require-comment",
          kind: "switch",
          preset: "true",
          help: "Whether a comment is wanted.",
          isHidden: true,
        },
        { name: "duration", short: "d", kind: "text", preset: "1h", help: "How long it lasts." },
        { name: "start", kind: "text", help: "When it starts, such as 2026-02-11T08:15:30+01:00." },
        { name: "end", kind: "text", help: "When it ends, in the same form; beats --duration." },
        { name: "comment", short: "c", kind: "text", help: "Why there is a silence." },
        { name: "annotation", kind: "texts", help: "An annotation, as name=value." },
      ],
      arguments: [{ name: "matcher-groups", kind: "texts", help: "What is silenced." }],
    },
    run: addSilence,
  };
}

async function addSilence(context: CommandContext): Promise<void> {
  const body = readSilence(context);
  const connection = await context.connect();
  context.print(await connection.call(POST_SILENCES, readPostedId, { body }));
}

function readSilence({ values, matchers, around }: CommandContext): SilenceContent {
  const words = matchers.withAlertname(values.texts("matcher-groups"));
  const list = words.map((word) => matchers.read(word));
  if (list.length === 0) throw new Failure("no matchers specified");
  const start = readTime(values.text("start")) ?? timeAt(around.clock.wallMs());
  const end =
    readTime(values.text("end")) ??
    timeAt(start.atMs + readSilenceDurationMs(values.text("duration")));
  if (start.atMs > end.atMs) throw new Failure("silence cannot start after it ends");
  const comment = values.text("comment");
  if (values.isOn("require-comment") && comment === "") {
    throw new Failure("comment required by config");
  }
  const annotations = matchers.readLabels(values.texts("annotation"), "annotations");
  return {
    ...(Object.keys(annotations).length > 0 && { annotations }),
    comment,
    createdBy: values.text("author"),
    endsAt: end.text,
    matchers: list.map(apiMatcherOf),
    startsAt: start.text,
  };
}
