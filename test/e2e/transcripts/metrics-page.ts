/** Pages of metrics as transcripts want them: families with their series, some values. */
type Labels = Readonly<Record<string, string>>;

export interface WantedMetrics {
  readonly families: readonly WantedFamily[];
  readonly values?: readonly {
    readonly family: string;
    readonly name: string;
    readonly labels: Labels;
    readonly value: number;
  }[];
}

interface WantedFamily {
  readonly name: string;
  readonly type: string;
  readonly help?: string;
  readonly series: readonly Labels[];
  /** There are no series but these. */
  readonly closed?: boolean;
  readonly buckets?: readonly string[];
}

interface Family {
  type: string;
  help: string;
  readonly samples: Sample[];
}

interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

export function findMetricsDifference(want: WantedMetrics, page: string): string | undefined {
  const families = parsePage(page);
  for (const family of want.families) {
    const difference = findFamilyDifference(family, families.get(family.name));
    if (difference !== undefined) return `metric ${family.name}: ${difference}`;
  }
  for (const { family, name, labels, value } of want.values ?? []) {
    const found = families
      .get(family)
      ?.samples.find((sample) => sample.name === name && isLike(labels, sample.labels));
    if (found?.value === value) continue;
    return `${name}${JSON.stringify(labels)}: want ${value}, got ${found?.value ?? "none"}`;
  }
  return undefined;
}

function findFamilyDifference(want: WantedFamily, got: Family | undefined): string | undefined {
  if (got === undefined) return "missing";
  if (got.type !== want.type) return `want type ${want.type}, got ${got.type}`;
  if (want.help !== undefined && want.help !== got.help) {
    return `want help ${want.help}, got ${got.help}`;
  }
  const have = got.samples.map(({ labels: { le: _le, quantile: _quantile, ...labels } }) => labels);
  const missing = want.series.find((labels) => !have.some((other) => isLike(labels, other)));
  if (missing !== undefined) return `no series ${JSON.stringify(missing)}`;
  const extra = have.find((labels) => !want.series.some((wanted) => isLike(wanted, labels)));
  if (want.closed === true && extra !== undefined) return `series ${JSON.stringify(extra)} too`;
  const bounds = new Set(got.samples.flatMap(({ labels }) => labels["le"] ?? []));
  if (want.buckets === undefined || `${[...bounds]}` === `${want.buckets}`) return undefined;
  return `want buckets ${want.buckets}, got ${[...bounds]}`;
}

function isLike(want: Labels, got: Labels): boolean {
  const names = Object.keys(want);
  return (
    names.length === Object.keys(got).length &&
    names.every((name) => Object.hasOwn(got, name) && ["{{ANY}}", got[name]].includes(want[name]))
  );
}

function parsePage(page: string): ReadonlyMap<string, Family> {
  const families = new Map<string, Family>();
  const familyOf = (name: string): Family => {
    const family = families.get(name) ?? { type: "untyped", help: "", samples: [] };
    families.set(name, family);
    return family;
  };
  for (const line of page.split("\n")) {
    const [, word, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (word === "HELP") familyOf(name).help = rest;
    else if (word === "TYPE") familyOf(name).type = rest;
    const sample = /^([\w:]+)(?:\{(.*)\})? (\S+)/.exec(line);
    if (sample === null) continue;
    const [, full = "", labels = "", value = ""] = sample;
    const base = full.replace(/_(?:bucket|sum|count)$/, "");
    const isPart = ["histogram", "summary"].includes(families.get(base)?.type ?? "");
    familyOf(isPart ? base : full).samples.push({
      name: full,
      labels: parseLabels(labels),
      value: Number(value),
    });
  }
  return families;
}

function parseLabels(text: string): Labels {
  const pairs = text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
  return Object.fromEntries(Array.from(pairs, ([, name = "", value = ""]) => [name, value]));
}
