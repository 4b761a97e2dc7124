import { MetricRegistry, type Random } from "@tocsin/foundation";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { clusterOfOne } from "./cluster-of-one.ts";
import type { Options } from "./flags/index.ts";

const random: Random = { uint32: () => 0x8000_0000 };

function made(part: Partial<Options["cluster"]>): {
  cluster: ReturnType<typeof clusterOfOne>;
  metrics: MetricRegistry;
} {
  const metrics = new MetricRegistry();
  const options: Options["cluster"] = {
    listenAddress: "127.0.0.1:9094",
    advertiseAddress: undefined,
    peerName: undefined,
    tlsConfigPath: undefined,
    ...part,
  };
  return { cluster: clusterOfOne({ random, metrics, nowMs: 1_469_918_176_385 }, options), metrics };
}

const folder = mkdtempSync(join(tmpdir(), "tocsin-cluster-"));
afterAll(() => rmSync(folder, { recursive: true }));

let fileCount = 0;

function fileOf(text: string): string {
  fileCount += 1;
  const path = join(folder, `${fileCount}.yml`);
  writeFileSync(path, text);
  return path;
}

function valueOf(metrics: MetricRegistry, name: string): number | undefined {
  const [first] = metrics.families.get(name)?.series.values() ?? [];
  return first !== undefined && "value" in first.data ? first.data.value : undefined;
}

describe("clusterOfOne()", () => {
  it("is a ready cluster with one member under a name that sorts by time", () => {
    const { cluster, metrics } = made({});
    const name = "01ARYZ6S41GGGGGGGGGGGGGGGG";
    expect(cluster).toEqual({
      status: "ready",
      name,
      peers: [{ name, address: "127.0.0.1:9094" }],
    });
    expect(valueOf(metrics, "alertmanager_cluster_enabled")).toBe(1);
    expect(valueOf(metrics, "alertmanager_cluster_members")).toBe(1);
    expect(valueOf(metrics, "alertmanager_cluster_failed_peers")).toBe(0);
  });

  it("has the name and the address that it is told", () => {
    const { cluster } = made({ peerName: "a", advertiseAddress: "10.1.2.3:99" });
    expect(cluster.peers).toEqual([{ name: "a", address: "10.1.2.3:99" }]);
  });

  it("listening on all interfaces it shows an address that others could reach", () => {
    const [peer] = made({ listenAddress: "0.0.0.0:9094" }).cluster.peers;
    expect(peer?.address).toMatch(/^(?!0\.0\.0\.0)[\d.]+:9094$/);
  });

  it("shows some port for port 0", () => {
    const [peer] = made({ listenAddress: "127.0.0.1:0" }).cluster.peers;
    expect(peer?.address).toBe("127.0.0.1:57344");
  });

  it("is none without an address", () => {
    const { cluster, metrics } = made({ listenAddress: undefined });
    expect(cluster).toEqual({ status: "disabled", name: "", peers: [] });
    expect(valueOf(metrics, "alertmanager_cluster_enabled")).toBe(0);
    expect(valueOf(metrics, "alertmanager_cluster_members")).toBeUndefined();
  });

  it("takes a file of encrypted gossip that names its server's part", () => {
    const { cluster } = made({ tlsConfigPath: fileOf("tls_server_config: {cert_file: a}") });
    expect(cluster.status).toBe("ready");
  });

  const bad = [
    {
      part: { listenAddress: "nope" },
      problem:
        "unable to initialize gossip mesh: invalid listen address: address nope: missing port in address",
    },
    {
      part: { advertiseAddress: "a:b" },
      problem:
        "unable to initialize gossip mesh: invalid advertise address: address b: invalid port",
    },
    {
      part: { listenAddress: undefined, tlsConfigPath: "none.yml" },
      problem:
        "unable to initialize TLS transport configuration for gossip mesh: open none.yml: no such file or directory",
    },
    {
      part: {
        listenAddress: undefined,
        tlsConfigPath: fileOf("x: 1\ntls_server_config: {}\ny: 2"),
      },
      problem:
        "yaml: unmarshal errors:\n  line 1: field x not found in type cluster.TLSTransportConfig\n" +
        "  line 3: field y not found in type cluster.TLSTransportConfig",
    },
    {
      part: { tlsConfigPath: fileOf("") },
      problem: "gossip mesh: missing 'tls_server_config' entry in the TLS configuration",
    },
    {
      part: { tlsConfigPath: fileOf("tls_server_config: {}\ntls_client_config:") },
      problem: "gossip mesh: missing 'tls_client_config' entry in the TLS configuration",
    },
    {
      part: { tlsConfigPath: fileOf("a: [") },
      problem: "gossip mesh: yaml: line 1: ",
    },
  ];
  it.for(bad)("refuses $part", ({ part, problem }) => {
    expect(() => made(part)).toThrow(problem);
  });
});
