/** All commands of the program, as a tree and by what they do. */
import type { Command } from "@tocsin/command-line";
import { alertAdd } from "../commands/alert-add.ts";
import { alertQuery } from "../commands/alert-query.ts";
import { checkConfig } from "../commands/check-config.ts";
import { CLUSTER_HELP, clusterShow } from "../commands/cluster-show.ts";
import { ROUTES_HELP, routesShow, routesTest } from "../commands/config-routes.ts";
import { CONFIG_HELP, configShow } from "../commands/config-show.ts";
import { silenceAdd } from "../commands/silence-add.ts";
import { silenceExpire } from "../commands/silence-expire.ts";
import { silenceImport } from "../commands/silence-import.ts";
import { silenceQuery } from "../commands/silence-query.ts";
import { silenceUpdate } from "../commands/silence-update.ts";
import { templateRender } from "../commands/template-render.ts";
import type { Action } from "./command-context.ts";
import { GLOBAL_FLAGS } from "./global-flags.ts";

export interface Commands {
  readonly program: Command;
  /** What a command without children does. */
  readonly actions: ReadonlyMap<Command, Action>;
  /** They and their children are of no use without `--alertmanager.url`. */
  readonly needUrl: ReadonlySet<Command>;
}

const PROGRAM_HELP = `Show and change the alerts and silences of an Alertmanager.

Any flag can be preset in $HOME/.config/amtool/config.yml or in
/etc/amtool/config.yml, by its name as a key:

  alertmanager.url: http://127.0.0.1:9093
  author: somebody@example.org
  output: extended
`;

/** `userName` is the author of silences, unless another is given. */
export function makeCommands(userName: string): Commands {
  const actions: Action[] = [];
  const take = (...taken: readonly Action[]): Command[] => {
    actions.push(...taken);
    return taken.map(({ command }) => command);
  };
  const alert = group("alert", "Show or add alerts.", take(alertQuery, alertAdd));
  const silence = group(
    "silence",
    "Show, add, change or end silences.",
    take(silenceAdd(userName), silenceExpire, silenceImport, silenceQuery, silenceUpdate),
  );
  const cluster = group("cluster", CLUSTER_HELP, take(clusterShow));
  const routes: Command = {
    ...group("routes", ROUTES_HELP, take(routesShow, routesTest)),
    flags: [{ name: "config.file", kind: "file", help: "The configuration file to look at." }],
  };
  const config = group("config", CONFIG_HELP, [...take(configShow), routes]);
  const template = group("template", "Render templates.", take(templateRender));
  const commands = [HELP, alert, silence, ...take(checkConfig), cluster, config, template];
  return {
    program: { name: "amtool", help: PROGRAM_HELP, flags: GLOBAL_FLAGS, commands },
    actions: new Map(actions.map((action) => [action.command, action])),
    needUrl: new Set([alert, silence, clusterShow.command, configShow.command]),
  };
}

const HELP: Command = {
  name: "help",
  help: "Show help.",
  arguments: [{ name: "command", kind: "texts", help: "The command to show help for." }],
};

function group(name: string, help: string, commands: readonly Command[]): Command {
  return { name, help, commands };
}
