/** The table of flags as text: for the terminal (`--help`) and for docs/flags.md. */
import { environmentName, type FlagFamily, type FlagSpec } from "./flag.ts";
import { FLAG_FAMILIES } from "./table.ts";

const WIDTH = 80;

const INTRODUCTION = [
  "usage: tocsin [<flags>]",
  "",
  ...wrap(
    "Tocsin takes alerts, groups them and notifies people, as Prometheus Alertmanager does. " +
      "Start it with the configuration of an Alertmanager: tocsin --config.file=alertmanager.yml. " +
      "For many tenants on many instances add --tenancy.enabled, --ring.store and --state.store.",
    "",
  ),
];

/** What `--help` prints. */
export function helpText(): string {
  const lines = [...INTRODUCTION, ""];
  for (const family of FLAG_FAMILIES) {
    lines.push(`${family.title}:`, ...wrap(family.about, "  "), "");
    for (const flag of family.flags)
      lines.push(`  ${synopsis(flag)}`, ...wrap(flag.help, "      "));
    lines.push("");
  }
  lines.push("Help:", "  -h, --help", "      Shows this text.");
  lines.push("  --version", "      Shows the version.");
  return `${lines.join("\n")}\n`;
}

/** The whole text of docs/flags.md. */
export function flagsDocument(): string {
  return [
    "# Flags",
    "",
    "<!-- Written from the table of flags in services/alertmanager/src/flags; do not edit by hand. -->",
    "",
    "Every flag can also be set in the environment and in a YAML file (`--settings.file`), nested by its",
    "dots. A flag beats the environment, the environment beats the file. Switches are turned off by",
    "`--no-NAME`. Repeatable flags are separated by commas in the environment and are a list in the file.",
    "Durations are written `500ms`, `1h30m` or `2d`.",
    "",
    "```yaml",
    "tenancy:",
    "  enabled: true",
    "ring:",
    "  store: redis://redis.example:6379",
    "```",
    "",
    ...FLAG_FAMILIES.flatMap(familyDocument),
    "`-h`, `--help` shows the flags, `--version` the version.",
    "",
  ].join("\n");
}

function familyDocument(family: FlagFamily): string[] {
  return [
    `## ${family.title}`,
    "",
    family.about,
    "",
    "| flag | default | environment | meaning |",
    "| --- | --- | --- | --- |",
    ...family.flags.map((flag) => {
      const preset = flag.preset === "" ? "" : `\`${flag.preset}\``;
      const meaning = `${flag.help}${rangeOf(flag)}`;
      const cells = [`\`--${flag.name}\``, preset, `\`${environmentName(flag.name)}\``, meaning];
      return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    }),
    "",
  ];
}

/** Of durations the range is what anybody would think. */
function rangeOf({ kind, range }: FlagSpec): string {
  if (range === undefined || kind === "duration") return "";
  return ` From ${range.min} to ${range.max}.`;
}

function synopsis(flag: FlagSpec): string {
  if (flag.kind === "switch") return `--[no-]${flag.name}`;
  const value = flag.preset === "" ? (flag.placeholder ?? "TEXT") : flag.preset;
  const choices = flag.choices === undefined ? "" : ` (${flag.choices.join(", ")})`;
  return `--${flag.name}=${value}${flag.kind === "list" ? " ..." : ""}${choices}`;
}

function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    const isFirst = line === indent;
    if (!isFirst && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent + word;
    } else {
      line += isFirst ? word : ` ${word}`;
    }
  }
  return [...lines, line];
}
