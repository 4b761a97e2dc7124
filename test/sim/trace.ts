/** A run as text that a person can read: everything that was seen, in order of true time. */
import { createHash } from "node:crypto";
import type { Write } from "./history.ts";
import type { RunReport } from "./run.ts";

interface Line {
  readonly atMs: number;
  readonly text: string;
}

/** `about`: only what concerns this group, such as `t-0/P1`, and all faults and violations. */
export function traceOf(report: RunReport, about?: string): readonly string[] {
  const { history, faults } = report;
  const isMeant = (tenant: string, group: string): boolean => {
    return about === undefined || about === `${tenant}/${group}`;
  };
  const lines: Line[] = [
    ...faults.all.map(({ kind, targets, fromMs, untilMs }) => ({
      atMs: fromMs,
      text: `FAULT     ${kind} ${targets.join(", ")}, over at ${untilMs.toFixed(0)}`,
    })),
    ...requests(report, isMeant),
    ...attempts(report, isMeant),
    ...report.world.lines.map(({ atMs, from, level, text }) => ({
      atMs,
      text: `${level.padEnd(9)} ${from}: ${text}`,
    })),
    ...history.violations.map(({ atMs, invariant, message }) => ({
      atMs,
      text: `VIOLATED  ${invariant}: ${message}`,
    })),
  ];
  lines.sort((a, b) => a.atMs - b.atMs);
  return lines.map(({ atMs, text }) => `${atMs.toFixed(0).padStart(6)} ${text}`);
}

/** Equal for two runs in which the same happened at the same time. */
export function traceHash(report: RunReport): string {
  return createHash("sha256").update(traceOf(report).join("\n")).digest("hex");
}

type IsMeant = (tenant: string, group: string) => boolean;

function requests({ history }: RunReport, isMeant: IsMeant): readonly Line[] {
  const lines: Line[] = [];
  for (const alert of history.alerts) {
    if (!isMeant(alert.tenant, alert.group)) continue;
    for (const write of alert.writes) {
      const what = write.firing ? "fires" : "has ended";
      const end = new Date(write.endsAtMs).toISOString().slice(14, 23);
      const text = `${alert.name} ${what}, end ${end}, ${fateOf(write)}`;
      lines.push({ atMs: write.beganMs, text: `POST ${String(write.number).padEnd(4)} ${text}` });
    }
  }
  for (const silence of history.silences) {
    if (!isMeant(silence.tenant, silence.group)) continue;
    const { createBeganMs, createAckedMs, expireBeganMs, expireAckedMs, updates } = silence;
    const name = `${silence.group} of ${silence.tenant}`;
    const add = (atMs: number | undefined, text: string): void => {
      if (atMs !== undefined) lines.push({ atMs, text: `SILENCE   ${name} ${text}` });
    };
    add(createBeganMs, `made, yes at ${createAckedMs?.toFixed(0)}`);
    for (const update of updates) add(update.beganMs, `changed, ${fateOf(update)}`);
    add(expireBeganMs, `ended, yes at ${expireAckedMs?.toFixed(0)}`);
  }
  for (const { tenant, writes } of history.configs) {
    for (const write of writes) {
      const text = `CONFIG    ${tenant} number ${write.number}, ${fateOf(write)}`;
      lines.push({ atMs: write.beganMs, text });
    }
  }
  return lines;
}

function fateOf({ by, ackedMs, failedMs }: Write): string {
  const at = by === "" ? "" : `by ${by} `;
  if (ackedMs !== undefined) return `${at}yes at ${ackedMs.toFixed(0)}`;
  return failedMs === undefined ? `${at}no answer yet` : `${at}no at ${failedMs.toFixed(0)}`;
}

function attempts({ world }: RunReport, isMeant: IsMeant): readonly Line[] {
  return world.receiver.attempts.flatMap((one) => {
    const group = /alertname="([^"]*)"[^:]*$/.exec(one.group)?.[1] ?? "";
    if (!isMeant(one.tenant, group)) return [];
    const states = one.alerts.map(({ name, resolved }) => {
      return `${/inst=([^,]*)/.exec(name)?.[1]} ${resolved ? "resolved" : "firing"}`;
    });
    const end =
      one.acceptedMs === undefined ? "not accepted" : `yes at ${one.acceptedMs.toFixed(0)}`;
    const how = one.isAlone ? "alone " : "";
    const what = `${one.tenant} ${one.group} [${states.join(", ")}] ${end}`;
    const text = `${one.from} ${how}to ${one.place}: ${what}`;
    return [{ atMs: one.firstByteMs, text: `TELLS     ${text}` }];
  });
}
