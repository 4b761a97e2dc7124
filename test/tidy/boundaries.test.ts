import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import { ROOT } from "./sources.ts";

const PROGRAM = join(ROOT, "node_modules/.bin/depcruise");
const CONFIG = join(ROOT, ".dependency-cruiser.cjs");
const PACKAGES = "packages/adapters";

/** Each rule and a file that breaks it, by what it imports. */
const FAULTS: readonly {
  readonly rule: string;
  readonly path: string;
  readonly imports: string;
}[] = [
  {
    rule: "layer-foundation",
    path: "packages/foundation/src/a.ts",
    imports: "../../domain/src/index.ts",
  },
  { rule: "layer-domain", path: "packages/domain/src/a.ts", imports: "../../engine/src/index.ts" },
  {
    rule: "layer-engine",
    path: "packages/engine/src/a.ts",
    imports: "../../adapters/codec/src/index.ts",
  },
  {
    rule: "layer-adapters",
    path: `${PACKAGES}/codec/src/a.ts`,
    imports: "../../../../services/alertmanager/src/index.ts",
  },
  {
    rule: "adapter-alone",
    path: `${PACKAGES}/codec/src/b.ts`,
    imports: "../../telemetry/src/index.ts",
  },
  {
    rule: "service-alone",
    path: "services/tocsinctl/src/a.ts",
    imports: "../../alertmanager/src/index.ts",
  },
  {
    rule: "no-deep",
    path: "services/alertmanager/src/a.ts",
    imports: "../../../packages/domain/src/route/inner.ts",
  },
  { rule: "pure-builtins", path: "packages/domain/src/b.ts", imports: "node:fs" },
  { rule: "no-circle", path: "packages/domain/src/c.ts", imports: "./d.ts" },
  { rule: "unresolved", path: "packages/domain/src/e.ts", imports: "./nowhere.ts" },
  { rule: "library-aws-sdk", path: "packages/engine/src/l1.ts", imports: "@aws-sdk/client-s3" },
  { rule: "library-grpc", path: "packages/engine/src/l2.ts", imports: "@grpc/grpc-js" },
  { rule: "library-express", path: "services/alertmanager/src/l3.ts", imports: "express" },
  { rule: "library-ioredis", path: `${PACKAGES}/codec/src/l4.ts`, imports: "ioredis" },
  { rule: "library-prom-client", path: "packages/engine/src/l5.ts", imports: "prom-client" },
  { rule: "library-protobufjs", path: "packages/engine/src/l6.ts", imports: "protobufjs" },
  { rule: "library-undici", path: `${PACKAGES}/telemetry/src/l7.ts`, imports: "undici" },
  { rule: "library-winston", path: "packages/foundation/src/l8.ts", imports: "winston" },
];

/** What must pass, so that a rule which forbids everything is found out as well. */
const ALLOWED: readonly { readonly path: string; readonly imports: string }[] = [
  // The other half of the circle, which is told once.
  { path: "packages/domain/src/d.ts", imports: "./c.ts" },
  { path: "packages/domain/src/f/f.ts", imports: "../f/g.ts" },
  { path: "packages/domain/src/f/g.ts", imports: "../f/f.ts" },
  { path: "packages/domain/src/index.ts", imports: "../../foundation/src/index.ts" },
  { path: "packages/domain/src/route/inner.ts", imports: "node:crypto" },
  { path: "packages/engine/src/index.ts", imports: "../../domain/src/index.ts" },
  { path: `${PACKAGES}/telemetry/src/index.ts`, imports: "winston" },
  { path: `${PACKAGES}/rpc-grpc/src/index.ts`, imports: "../../codec/src/index.ts" },
  { path: `${PACKAGES}/rpc-grpc/src/wire.test.ts`, imports: "../../telemetry/src/index.ts" },
  {
    path: "services/alertmanager/src/index.ts",
    imports: "../../../packages/adapters/telemetry/src/index.ts",
  },
];

const EMPTY = ["packages/foundation/src/index.ts", `${PACKAGES}/codec/src/index.ts`];

interface CruiseResult {
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

/** Lays the files out in an empty folder and returns what the rules say, as "rule path". */
async function violations(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "tocsin-boundaries-"));
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  try {
    for (const { path, imports } of [...FAULTS, ...ALLOWED]) {
      // Types must not cross a boundary either; circles of types are allowed.
      const kind = imports.startsWith("./") ? "" : "type ";
      await write(path, `import ${kind}{ a } from "${imports}";\nexport type b = typeof a;\n`);
    }
    for (const path of EMPTY) await write(path, "export const a = 1;\n");
    for (const { imports } of [...FAULTS, ...ALLOWED]) {
      if (/^(node:|\.)/.test(imports)) continue;
      await write(`node_modules/${imports}/package.json`, '{"main": "index.js"}');
      await write(`node_modules/${imports}/index.js`, "exports.a = 1;");
    }
    const words = ["--config", CONFIG, "--output-type", "json", "packages", "services"];
    const run = await promisify(execFile)(PROGRAM, words, {
      cwd: folder,
      maxBuffer: 1 << 26,
    });
    const result = JSON.parse(run.stdout) as CruiseResult;
    return result.summary.violations.map(({ rule, from }) => `${rule.name} ${from}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("every rule of .dependency-cruiser.cjs finds a planted fault, and nothing else is found", async () => {
  const rules = createRequire(import.meta.url)(CONFIG) as {
    readonly forbidden: readonly { readonly name: string }[];
  };
  const planted = new Set(FAULTS.map(({ rule }) => rule));
  expect(rules.forbidden.map(({ name }) => name).toSorted()).toEqual([...planted].toSorted());

  const found = new Set(await violations());
  const wanted = FAULTS.map(({ rule, path }) => `${rule} ${path}`);
  expect(wanted.filter((fault) => !found.has(fault))).toEqual([]);
  const faulty = new Set(FAULTS.map(({ path }) => path));
  expect([...found].filter((fault) => !faulty.has(fault.split(" ")[1] ?? ""))).toEqual([]);
});
