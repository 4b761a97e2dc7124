import { labelSetFromRecord } from "@tocsin/domain/model";
import { compileRoutes, matchRoutes } from "@tocsin/domain/route";
import { matchingTree, routingTree } from "../output/routing-tree.ts";
import type { Action, CommandContext } from "../program/command-context.ts";
import { SilentFailure } from "../program/failure.ts";
import { loadConfig } from "./load-config.ts";

export const ROUTES_HELP = `Show the routing tree.

It is that of a file, amtool config routes --config.file=alertmanager.yml, or of
the server at --alertmanager.url.
`;

/** `config routes show`: the whole tree. */
export const routesShow: Action = {
  command: { name: "show", isDefault: true, help: ROUTES_HELP },
  async run(context) {
    const config = await loadConfig(context, "\n");
    context.print(`Routing tree:\n${routingTree(compileRoutes(config.route))}`);
  },
};

/** `config routes test`: the receivers of an alert. */
export const routesTest: Action = {
  command: {
    name: "test",
    help: `Show which receivers an alert would be sent to.

Arguments are the labels of the alert:

  amtool config routes test --config.file=alertmanager.yml \\
    --verify.receivers=db-pager service=database

The routing tree is that of the file, or of the server at --alertmanager.url.
`,
    flags: [
      {
        name: "verify.receivers",
        kind: "text",
        help: "Fail unless these are the receivers, in this order, separated by commas.",
      },
      { name: "tree", kind: "switch", help: "Show the way through the tree as well." },
    ],
    arguments: [{ name: "labels", kind: "texts", help: "The labels of the alert." }],
  },
  run: testRoutes,
};

async function testRoutes(context: CommandContext): Promise<void> {
  const { values, matchers, print } = context;
  const config = await loadConfig(context, "\n\n");
  const root = compileRoutes(config.route);
  const labels = labelSetFromRecord(
    matchers.readLabels(values.texts("labels"), "Labels", "Failed to parse labels: "),
  );
  if (values.isOn("tree")) print(`Matching routes:\n${matchingTree(root, labels)}\n`);
  const receivers = matchRoutes(root, labels)
    .map(({ receiver }) => receiver)
    .join(",");
  print(receivers);
  const wanted = values.text("verify.receivers");
  if (wanted === "" || wanted === receivers) return;
  print("WARNING: Expected receivers did not match resolved receivers.");
  throw new SilentFailure();
}
