/** `--output=extended`: one line for each thing, all that is known of it. */
import { formatMatchers } from "@tocsin/domain/matcher";
import { formatTimestamp } from "@tocsin/domain/template";
import type { ApiStatus, LabelMap } from "../client/models.ts";
import type { Formatter } from "./formatter.ts";
import { matcherOf } from "./matcher.ts";
import { byAddress, byEnd, byStart } from "./order.ts";
import { layOut } from "./table.ts";

export function extendedFormatter(dateFormat: string): Formatter {
  const date = (text: string): string => formatTimestamp(text, dateFormat);
  return {
    silences: (silences) =>
      table(
        ["ID", "Matchers", "Starts At", "Ends At", "Updated At", "Created By", "Comment"],
        byEnd(silences).map((silence) => [
          silence.id,
          formatMatchers(silence.matchers.map(matcherOf)),
          date(silence.startsAt),
          date(silence.endsAt),
          date(silence.updatedAt),
          silence.createdBy,
          silence.comment,
        ]),
      ),
    alerts: (alerts) =>
      table(
        ["Labels", "Annotations", "Starts At", "Ends At", "Generator URL", "State"],
        byStart(alerts).map((alert) => [
          formatLabels(alert.labels),
          formatLabels(alert.annotations),
          date(alert.startsAt),
          date(alert.endsAt),
          alert.generatorURL ?? "",
          alert.status.state,
        ]),
      ),
    status: formatStatus,
    cluster: ({ status, name = "", peers }) => {
      const lines = byAddress(peers).map((peer) => `${peer.address}\t${peer.name}\t\n`);
      const head = `Cluster Status:\t${status}\nNode Name:\t${name}\n\nAddress\tName\n`;
      return layOut(head + lines.join(""));
    },
  };
}

/** The values, where upstream prints the addresses at which they lie; the configuration is indented. */
function formatStatus({ versionInfo, config, uptime }: ApiStatus): string {
  const { buildUser, goVersion, revision, version, branch, buildDate } = versionInfo;
  const pairs = Object.entries({ buildUser, goVersion, revision, version, branch, buildDate });
  return [
    "versionInfo",
    ...pairs.map(([name, value]) => `${name} ${value}`),
    "config",
    config.original.trimEnd().replace(/^(?=.)/gm, "  "),
    `uptime ${uptime}`,
    "",
  ].join("\n");
}

function formatLabels(labels: LabelMap): string {
  const shown = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return shown.toSorted().join(" ");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return layOut([head, ...rows].map((cells) => `${cells.join("\t")}\t\n`).join(""));
}
