/** `--output=simple`: one line for each thing, what matters most. */
import { formatMatcher } from "@tocsin/domain/matcher";
import { formatTimestamp } from "@tocsin/domain/template";
import type { Formatter } from "./formatter.ts";
import { matcherOf } from "./matcher.ts";
import { byEnd, byStart } from "./order.ts";
import { layOut } from "./table.ts";

export function simpleFormatter(dateFormat: string): Formatter {
  const date = (text: string): string => formatTimestamp(text, dateFormat);
  return {
    silences: (silences) =>
      layOut(
        [
          "ID\tMatchers\tEnds At\tCreated By\tComment\t\n",
          ...byEnd(silences).map(({ id, matchers, endsAt, createdBy, comment }) => {
            const shown = matchers.map((matcher) => formatMatcher(matcherOf(matcher))).join(" ");
            return `${id}\t${shown}\t${date(endsAt)}\t${createdBy}\t${comment}\t\n`;
          }),
        ].join(""),
      ),
    alerts: (alerts) =>
      layOut(
        [
          "Alertname\tStarts At\tSummary\tState\t\n",
          ...byStart(alerts).map(({ labels, annotations, startsAt, status }) => {
            const name = labels["alertname"] ?? "";
            const summary = annotations["summary"] ?? "";
            return `${name}\t${date(startsAt)}\t${summary}\t${status.state}\t\n`;
          }),
        ].join(""),
      ),
    status: ({ config }) => `${config.original}\n`,
    cluster: ({ status, name = "" }) => layOut(`Cluster Status:\t${status}\nNode Name:\t${name}\n`),
  };
}
