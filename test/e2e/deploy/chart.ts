import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { parseCommandLine, type CommandLine } from "@tocsin/alertmanager/flags";
import type { Helm } from "../servers/index.ts";

export const CHART: string = join(import.meta.dirname, "../../../deploy/helm/tocsin");

/** A document of a manifest, as loose as YAML is: tests say with matchers what must be in it. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Labels };
  readonly spec: never;
}

export type Labels = Readonly<Record<string, string>>;

export interface Service extends Omit<Manifest, "spec"> {
  readonly spec: {
    readonly clusterIP?: string;
    readonly publishNotReadyAddresses?: boolean;
    readonly selector: Labels;
    readonly ports: readonly { readonly name: string; readonly targetPort: string }[];
  };
}

interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string; readonly items: readonly { key: string }[] };
  readonly secret?: { readonly secretName: string };
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: unknown;
}

export interface Container {
  readonly args: readonly string[];
  readonly env: readonly EnvironmentVariable[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly securityContext?: unknown;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface StatefulSet extends Omit<Manifest, "spec"> {
  readonly spec: {
    readonly replicas: number;
    readonly serviceName: string;
    readonly podManagementPolicy: string;
    readonly selector: { readonly matchLabels: Labels };
    readonly template: {
      readonly metadata: { readonly labels: Labels; readonly annotations: Labels };
      readonly spec: {
        readonly containers: readonly [Container];
        readonly volumes: readonly Volume[];
        readonly terminationGracePeriodSeconds: number;
        readonly affinity?: { readonly podAntiAffinity: unknown };
      };
    };
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  };
}

export interface Rendered {
  readonly all: readonly Manifest[];
  readonly pods: StatefulSet;
  readonly container: Container;
  /** By its name in the ConfigMap. */
  readonly files: Readonly<Record<string, string>>;
  /** The first document of a kind that is there. */
  of<T = unknown>(kind: string): T;
}

/** `helm template` with some values of one's own. Throws with helm's words. */
export async function render(
  helm: Helm,
  values: object = {},
  words: readonly string[] = [],
): Promise<Rendered> {
  const folder = await mkdtemp(join(tmpdir(), "tocsin-chart-"));
  try {
    const file = join(folder, "values.json");
    await writeFile(file, JSON.stringify(values));
    // What is in the documents is checked by those who read them.
    const all = loadAll(
      await helm.run("template", "am", CHART, "-f", file, ...words),
    ) as Manifest[];
    const of = <T>(kind: string): T => {
      const found = all.find((document) => document.kind === kind);
      if (found === undefined) throw new Error(`no ${kind} was rendered`);
      return found as T;
    };
    const pods = of<StatefulSet>("StatefulSet");
    const { data } = of<{ readonly data: Rendered["files"] }>("ConfigMap");
    return { all, pods, container: pods.spec.template.spec.containers[0], files: data, of };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the program makes of the rendered arguments, environment and settings file. */
export function startAsRendered(
  { container, files }: Rendered,
  secrets: Readonly<Record<string, string>> = {},
): CommandLine {
  const pod: Record<string, string> = { POD_NAME: "am-tocsin-0", POD_IP: "10.0.0.7" };
  const words = container.args.map((word) => {
    return word.replace(/\$\((\w+)\)/g, (whole, name: string) => pod[name] ?? whole);
  });
  const given = container.env.flatMap(({ name, value }) => {
    const text = value ?? secrets[name];
    return text === undefined ? [] : [[name, text] as const];
  });
  return parseCommandLine(words, Object.fromEntries(given), (path) => {
    const name = path.replace("/etc/tocsin/settings/", "");
    const text = files[name];
    if (text === undefined) throw new Error("no such file");
    return text;
  });
}
