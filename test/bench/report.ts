/** The table that people read and the JSON that programs read. */
import { execFileSync } from "node:child_process";
import { cpus, release, totalmem } from "node:os";
import { isMet, ratioOf, type Figure, type Goal } from "./figures.ts";
import type { Program } from "./programs.ts";

/** Where and of what the figures are. */
export interface Scene {
  readonly machine: string;
  readonly runtime: string;
  readonly commit: string;
  readonly ours: string;
  readonly peer: string | undefined;
}

export function describeScene(programs: {
  readonly ours: Program;
  readonly peer: Program | undefined;
}): Scene {
  const processors = cpus();
  const memoryGb = Math.round(totalmem() / 2 ** 30);
  const model = processors[0]?.model.trim() ?? "unknown";
  const { ours, peer } = programs;
  return {
    machine: `${processors.length} × ${model}, ${memoryGb} GB, ${process.platform} ${release()}`,
    runtime: `Node.js ${process.version}`,
    commit: commitOf(),
    ours: `${ours.name} ${ours.version}`,
    peer: peer && `${peer.name} ${peer.version}`,
  };
}

function commitOf(): string {
  try {
    const options = { cwd: import.meta.dirname, encoding: "utf8", stdio: "pipe" } as const;
    const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], options).trim();
    const changed = execFileSync("git", ["status", "--porcelain", "-uno"], options).trim();
    return changed === "" ? commit : `${commit} with changes`;
  } catch {
    return "unknown";
  }
}

/** One section of the table; its columns are as wide as they must be. */
export function formatTable(title: string, figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const ratio = ratioOf(figure);
    return [
      figure.what,
      `${formatNumber(figure.ours)} ${figure.unit}`,
      figure.peer === undefined ? "" : `${formatNumber(figure.peer)} ${figure.unit}`,
      ratio === undefined ? "" : formatNumber(ratio),
      (figure.goals ?? []).map((goal) => formatGoal(goal, figure)).join("; "),
    ];
  });
  const head = [title, "ours", "peer", "ratio", "goals"];
  const widths = head.map((text, at) =>
    Math.max(text.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) =>
        at === 0 || at === 4 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

function formatGoal(goal: Goal, figure: Figure): string {
  const sign = goal.is === "at-most" ? "≤" : "≥";
  const subject = goal.of === "ratio" ? "ratio " : "";
  const met = isMet(goal, figure);
  const verdict = met === undefined ? "unknown" : met ? "met" : "NOT MET";
  const when = goal.isLater === true ? "later " : "";
  return `${when}${subject}${sign} ${goal.bound.toLocaleString("en")} ${verdict}`;
}

/** Three digits that mean something. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return value.toPrecision(3);
}
