import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { parseConfig } from "@tocsin/domain/config";
import { RegexCache } from "@tocsin/domain/matcher";
import { beforeEach, describe, expect, test } from "vitest";
import { findHelm, type Helm } from "../servers/index.ts";
import { CHART, render, startAsRendered, type Labels, type Service } from "./chart.ts";

/** Three instances on Redis and S3, with everything secret in Secrets. */
const SHARDED = {
  replicas: 3,
  redis: { existingSecret: { name: "ring" } },
  s3: {
    bucket: "alerts",
    prefix: "/prod/",
    endpoint: "http://minio:9000",
    region: "eu-1",
    existingSecret: { name: "bucket" },
  },
};
const REDIS = "redis://:pass@redis:6379";

const found = await findHelm();

describe("the Helm chart", { timeout: 60_000 }, () => {
  let helm: Helm;

  beforeEach(({ skip }) => {
    if (found.kind === "missing") return skip(found.reason);
    helm = found;
  });

  test("passes helm lint --strict", async () => {
    expect(await helm.run("lint", "--strict", CHART)).toContain("0 chart(s) failed");
  });

  test("runs with no value set: one instance on embedded stores", async () => {
    const rendered = await render(helm);
    expect(rendered.pods.spec.replicas).toBe(1);
    const line = startAsRendered(rendered);
    expect(line).toMatchObject({
      kind: "run",
      warnings: [],
      options: {
        tenancy: { isEnabled: true },
        ring: { instanceId: "am-tocsin-0", store: { kind: "memory" } },
        state: { store: { kind: "file", folderPath: "/var/lib/tocsin" } },
        admin: { listenAddress: { host: "127.0.0.1", port: 9096 } },
      },
    });
  });

  test("runs several instances on Redis and S3, with the secrets from Secrets", async () => {
    const rendered = await render(helm, { ...SHARDED, replicas: 5 });
    expect(rendered.pods.spec.replicas).toBe(5);
    expect(startAsRendered(rendered, { TOCSIN_RING_STORE: REDIS })).toMatchObject({
      kind: "run",
      warnings: [],
      options: {
        ring: { store: { kind: "redis", url: REDIS }, replicationFactor: 3 },
        rpc: { advertiseAddress: "10.0.0.7:9095" },
        state: {
          store: {
            url: "s3://alerts/prod?endpoint=http%3A%2F%2Fminio%3A9000&region=eu-1",
          },
        },
      },
    });
    const reference = (name: string, key: string): object => ({ secretKeyRef: { name, key } });
    expect(rendered.container.env).toEqual(
      expect.arrayContaining([
        { name: "TOCSIN_RING_STORE", valueFrom: reference("ring", "url") },
        { name: "AWS_ACCESS_KEY_ID", valueFrom: reference("bucket", "accessKeyId") },
        { name: "AWS_SECRET_ACCESS_KEY", valueFrom: reference("bucket", "secretAccessKey") },
      ]),
    );
  });

  test("names a Redis without a password in the settings, and no Secret then", async () => {
    const rendered = await render(helm, { ...SHARDED, redis: { url: "redis://redis:6379/2" } });
    expect(startAsRendered(rendered)).toMatchObject({
      options: { ring: { store: { url: "redis://redis:6379/2" }, replicationFactor: 3 } },
    });
    expect(rendered.container.env.map(({ name }) => name)).not.toContain("TOCSIN_RING_STORE");
  });

  test("hands settings through, and the program knows every one", async () => {
    const settings = {
      tenancy: { default: "anonymous" },
      state: { "snapshot-interval": "30s" },
      limits: { "max-body-bytes": "1MiB" },
      log: { format: "json" },
      "enable-feature": "utf8-strict-mode",
    };
    expect(startAsRendered(await render(helm, { settings }))).toMatchObject({
      kind: "run",
      options: {
        tenancy: { defaultTenant: "anonymous" },
        timings: { snapshotIntervalMs: 30_000 },
        limits: { bodySizeMaxBytes: 1_048_576 },
        log: { format: "json" },
      },
    });
    const misspelt = await render(helm, { settings: { state: { "snapshot-intervall": "30s" } } });
    expect(startAsRendered(misspelt)).toMatchObject({
      kind: "print",
      text: expect.stringContaining('did you mean "state.snapshot-interval"') as string,
    });
  });

  test("has a fallback configuration that the program can read", async () => {
    const { files } = await render(helm, { config: { route: { group_by: ["alertname"] } } });
    const options = { matcherMode: "fallback", regexes: new RegexCache() } as const;
    const parsed = parseConfig(files["alertmanager.yml"] ?? "", options);
    expect(parsed).toMatchObject({ ok: true });
  });

  test("takes a configuration with passwords from a Secret", async () => {
    const existingConfigSecret = { name: "am-config", key: "prod.yml" };
    const rendered = await render(helm, { existingConfigSecret });
    expect(Object.keys(rendered.files)).toEqual(["settings.yml"]);
    expect(startAsRendered(rendered)).toMatchObject({
      options: { config: { filePath: "/etc/tocsin/config/prod.yml" } },
    });
    const { volumes } = rendered.pods.spec.template.spec;
    expect(volumes).toContainEqual({ name: "config", secret: { secretName: "am-config" } });
  });

  describe("ties its parts together", () => {
    const matches = (selector: Labels, labels: Labels): boolean =>
      Object.entries(selector).every(([name, value]) => labels[name] === value);

    test("every selector selects the pods", async () => {
      const rendered = await render(helm, SHARDED);
      const { labels } = rendered.pods.spec.template.metadata;
      const services = rendered.all.filter(
        ({ kind }) => kind === "Service",
      ) as unknown as Service[];
      expect(services).toHaveLength(2);
      for (const { spec } of services) expect(matches(spec.selector, labels)).toBe(true);
      expect(matches(rendered.pods.spec.selector.matchLabels, labels)).toBe(true);
      const budget = rendered.of<{
        readonly spec: {
          readonly maxUnavailable: number;
          readonly selector: { matchLabels: Labels };
        };
      }>("PodDisruptionBudget");
      expect(budget.spec.maxUnavailable).toBe(1);
      expect(matches(budget.spec.selector.matchLabels, labels)).toBe(true);
    });

    test("every port that is named is the container's, and the program listens there", async () => {
      const ports = { http: 19_093, rpc: 19_095, admin: 0 };
      const rendered = await render(helm, { ...SHARDED, ports });
      const named = new Map(
        rendered.container.ports.map((port) => [port.name, port.containerPort]),
      );
      expect(named).toEqual(
        new Map([
          ["http", 19_093],
          ["grpc", 19_095],
        ]),
      );
      const services = rendered.all.filter(
        ({ kind }) => kind === "Service",
      ) as unknown as Service[];
      const targets = services.flatMap(({ spec }) => spec.ports.map((port) => port.targetPort));
      expect(targets).toEqual(["http", "grpc"]);
      const line = startAsRendered(rendered, { TOCSIN_RING_STORE: REDIS });
      expect(line).toMatchObject({
        options: {
          web: { listenAddresses: [":19093"] },
          rpc: { listenAddress: { port: 19_095 }, advertiseAddress: "10.0.0.7:19095" },
          admin: { listenAddress: undefined },
        },
      });
    });

    test("the StatefulSet's service is the headless one, which shows pods that are not ready", async () => {
      const rendered = await render(helm, SHARDED);
      const headless = (rendered.all as unknown as readonly Service[]).find(
        ({ metadata }) => metadata.name === rendered.pods.spec.serviceName,
      );
      expect(headless?.spec).toMatchObject({ clusterIP: "None", publishNotReadyAddresses: true });
    });

    test("the ServiceMonitor selects the client's service alone", async () => {
      const rendered = await render(helm, { serviceMonitor: { enabled: true } });
      const monitor = rendered.of<{
        readonly spec: { readonly selector: { readonly matchLabels: Labels } };
      }>("ServiceMonitor");
      const selected = rendered.all.filter(({ kind, metadata }) => {
        return kind === "Service" && matches(monitor.spec.selector.matchLabels, metadata.labels);
      });
      expect(selected.map(({ metadata }) => metadata.name)).toEqual(["am-tocsin"]);
    });

    test("every mounted volume exists, and what is written to is a volume", async () => {
      for (const persistence of [{ enabled: true }, { enabled: false }]) {
        const { pods, container } = await render(helm, { persistence });
        const volumes = pods.spec.template.spec.volumes.map(({ name }) => name);
        const claims = (pods.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name);
        const mounts = container.volumeMounts.map(({ name }) => name);
        expect([...volumes, ...claims].toSorted()).toEqual(mounts.toSorted());
        const paths = container.volumeMounts.map(({ mountPath }) => mountPath);
        expect(paths).toEqual(expect.arrayContaining(["/var/lib/tocsin", "/tmp"]));
      }
    });

    test("probes ask the port http, below the prefix that the program serves", async () => {
      const web = { "external-url": "https://example.org/alerts/" };
      for (const [settings, prefix] of [
        [{}, ""],
        [{ web }, "/alerts"],
        [{ web: { ...web, "route-prefix": "/" } }, ""],
      ] as const) {
        const { container } = await render(helm, { settings });
        const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
        expect(probes.map(({ httpGet }) => httpGet)).toEqual([
          { path: `${prefix}/-/healthy`, port: "http" },
          { path: `${prefix}/-/healthy`, port: "http" },
          { path: `${prefix}/-/ready`, port: "http" },
        ]);
      }
    });
  });

  test("runs as nobody, on a root that cannot be written to", async () => {
    const { pods, container } = await render(helm);
    expect(pods.spec.template.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  test("scaling restarts no pod, and a changed setting restarts all", async () => {
    const template = async (values: object): Promise<unknown> =>
      (await render(helm, values)).pods.spec.template;
    const three = await template(SHARDED);
    expect(await template({ ...SHARDED, replicas: 9 })).toEqual(three);
    const settings = { limits: { "max-body-bytes": "1MiB" } };
    expect(await template({ ...SHARDED, settings })).not.toEqual(three);
    expect(await template({ ...SHARDED, config: { route: { receiver: "x" } } })).not.toEqual(three);
  });

  test("starts and ends all pods at once, with time to hand over", async () => {
    const { pods } = await render(helm);
    expect(pods.spec.podManagementPolicy).toBe("Parallel");
    expect(pods.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(60);
  });

  test("keeps instances apart as far as asked", async () => {
    const rule = async (antiAffinity: string): Promise<unknown> => {
      const { affinity } = (await render(helm, { antiAffinity })).pods.spec.template.spec;
      return affinity?.podAntiAffinity;
    };
    expect(await rule("off")).toBeUndefined();
    expect(await rule("soft")).toHaveProperty("preferredDuringSchedulingIgnoredDuringExecution");
    expect(await rule("hard")).toHaveProperty("requiredDuringSchedulingIgnoredDuringExecution");
  });

  test("leaves out what an older Kubernetes does not know", async () => {
    const budget = async (version: string): Promise<object> => {
      const rendered = await render(helm, {}, ["--kube-version", version]);
      return rendered.of<{ readonly spec: object }>("PodDisruptionBudget").spec;
    };
    expect(await budget("1.25.0")).not.toHaveProperty("unhealthyPodEvictionPolicy");
    expect(await budget("1.34.0")).toHaveProperty("unhealthyPodEvictionPolicy", "AlwaysAllow");
    await expect(budget("1.24.0")).rejects.toThrow("incompatible with Kubernetes");
  });

  test.for([
    { name: "a misspelt value", values: { replicaCount: 3 }, says: "replicaCount" },
    { name: "no replica", values: { replicas: 0 }, says: "replicas" },
    { name: "text for a number", values: { replicas: "3" }, says: "replicas" },
    { name: "several instances without Redis", values: { replicas: 3 }, says: "needs redis.url" },
    {
      name: "several instances without a bucket",
      values: { ...SHARDED, s3: {} },
      says: "needs s3.bucket",
    },
    {
      name: "a number that others own, without Redis",
      values: { scaling: { mode: "external" } },
      says: "needs redis.url",
    },
    { name: "a password in the values", values: { redis: { url: REDIS } }, says: "redis/url" },
    {
      name: "two places of Redis",
      values: { redis: { url: "redis://a", existingSecret: { name: "ring" } } },
      says: "either redis.url or",
    },
    {
      name: "an endpoint without a region",
      values: { s3: { bucket: "alerts", endpoint: "http://minio:9000" } },
      says: "needs s3.region",
    },
    {
      name: "keys without a bucket",
      values: { s3: { existingSecret: { name: "bucket" } } },
      says: "without s3.bucket",
    },
    {
      name: "a setting that the chart decides",
      values: { settings: { ring: { store: "memory:" } } },
      says: "settings/ring",
    },
    {
      name: "a family of settings that the chart decides",
      values: { settings: { storage: { path: "/elsewhere" } } },
      says: "storage",
    },
    {
      name: "no time to hand over",
      values: { terminationGracePeriodSeconds: 30 },
      says: "terminationGracePeriodSeconds",
    },
  ])("refuses $name", async ({ values, says }) => {
    await expect(render(helm, values)).rejects.toThrow(says);
  });

  test("tells after the installation where to send alerts, and what is at risk", async () => {
    const notes = async (...words: string[]): Promise<string> =>
      helm.run("install", "am", CHART, "--dry-run=client", "-n", "mon", ...words);
    const alone = await notes();
    expect(alone).toContain("http://am-tocsin.mon.svc:9093");
    expect(alone).toContain("WARNING: one instance survives nothing");
    const sharded = ["redis.existingSecret.name=ring", "s3.bucket=alerts"].flatMap((set) => [
      "--set",
      set,
    ]);
    expect(await notes(...sharded, "--set", "replicas=3")).not.toContain("WARNING");
    expect(await notes(...sharded, "--set", "replicas=2")).toContain("fewer than the replication");
  });
});

describe("the documents of the chart", () => {
  const values = load(readFileSync(join(CHART, "values.yaml"), "utf8")) as object;
  const readme = readFileSync(join(CHART, "README.md"), "utf8");

  /** The paths that people set; what is below an object of free form is theirs. */
  function pathsOf(node: object, prefix: string): string[] {
    const FREE =
      /^(settings|config|resources|podSecurityContext|securityContext|affinity|nodeSelector)$/;
    return Object.entries(node).flatMap(([name, value]: [string, unknown]) => {
      const path = prefix === "" ? name : `${prefix}.${name}`;
      const isNested = typeof value === "object" && value !== null && !Array.isArray(value);
      if (!isNested || FREE.test(path) || Object.keys(value).length === 0) return [path];
      return pathsOf(value, path);
    });
  }

  test("README.md lists every value", () => {
    const listed = [...readme.matchAll(/^\| `([\w.]+)` \|/gm)].map(([, path = ""]) => path);
    expect(listed.toSorted()).toEqual(pathsOf(values, "").toSorted());
  });

  test("Chart.yaml carries the version of the program", () => {
    const chart = load(readFileSync(join(CHART, "Chart.yaml"), "utf8"));
    const root = readFileSync(join(CHART, "../../../package.json"), "utf8");
    expect(chart).toMatchObject({ appVersion: (JSON.parse(root) as { version: string }).version });
  });
});
