import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

import {
  importsOf,
  packageOf,
  ROOT,
  shippedFiles,
  type SourceFile,
  sourceFiles,
} from "./sources.ts";

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const LAYERS = ["foundation", "domain", "engine", "adapters", "services", "test"];

// The rules here name what they forbid.
const files = sourceFiles().filter(({ path }) => !path.startsWith("test/tidy/"));
const shipped = shippedFiles(files);
const folders = [...new Set(files.flatMap(({ path }) => packageOf(path) ?? []))];
const manifests = new Map(
  [...folders, "."].map((folder) => {
    const text = readFileSync(join(ROOT, folder, "package.json"), "utf8");
    return [folder, JSON.parse(text) as Manifest];
  }),
);

/** Imports of a file that its package did not declare, or that leave the package by a path. */
function undeclared(file: SourceFile, declared: ReadonlySet<string>): string[] {
  const folder = packageOf(file.path) ?? "";
  return importsOf(file.text).filter((specifier) => {
    if (specifier.startsWith(".")) {
      return !normalize(join(file.path, "..", specifier)).startsWith(`${folder}/`);
    }
    if (specifier.startsWith("node:")) return !builtinModules.includes(specifier.slice(5));
    const [scope = "", name = ""] = specifier.split("/");
    return !declared.has(scope.startsWith("@") ? `${scope}/${name}` : scope);
  });
}

/** The packages of its own layer or above that a folder's manifest names. */
function upward(folder: string, dependencies: readonly string[]): string[] {
  const layer = layerOf(folder);
  return dependencies.filter((dependency) => {
    const other = folders.find((candidate) => manifests.get(candidate)?.name === dependency);
    if (other === undefined || dependency === "@tocsin/codec") return false;
    return layerOf(other) >= layer;
  });
}

function layerOf(folder: string): number {
  return LAYERS.findIndex((layer) => folder.split("/").includes(layer));
}

function declaredIn(folder: string, withTools: boolean): Set<string> {
  const { dependencies = {}, devDependencies = {} } = manifests.get(folder) ?? { name: "" };
  const tools = withTools ? Object.keys(devDependencies) : [];
  return new Set([...Object.keys(dependencies), ...tools]);
}

describe.each(folders)("the manifest of %s", (folder) => {
  test("declares what its files import, and they import by name", () => {
    const own = files.filter(({ path }) => packageOf(path) === folder);
    const found = own.flatMap((file) => {
      const declared = declaredIn(folder, !shipped.has(file.path));
      if (folder === "test") for (const tool of declaredIn(".", true)) declared.add(tool);
      return undeclared(file, declared).map((specifier) => `${file.path}: ${specifier}`);
    });
    expect(found).toEqual([]);
  });

  test("names only lower layers", () => {
    expect(upward(folder, [...declaredIn(folder, false)])).toEqual([]);
  });
});

describe("planted faults", () => {
  const path = "packages/engine/src/tenant/a.ts";
  test.each([
    { name: "an undeclared package", text: 'import { a } from "ioredis";' },
    { name: "an undeclared type", text: 'import type { A } from "@tocsin/http-api";' },
    { name: "an undeclared dynamic import", text: 'const a = await import("undici");' },
    { name: "a path into another package", text: 'import "../../../domain/src/a.ts";' },
    { name: "an unknown builtin", text: 'export { a } from "node:nothing";' },
  ])("$name is found", ({ text }) => {
    expect(undeclared({ path, text }, new Set(["@tocsin/domain"]))).toHaveLength(1);
  });

  test("declared names, subpaths and inner paths pass", () => {
    const text = [
      'import { a } from "@tocsin/domain/model";',
      'import {\n  b,\n} from "../fleet/b.ts";',
      'import { c } from "node:crypto";',
    ].join("\n");
    expect(importsOf(text)).toHaveLength(3);
    expect(undeclared({ path, text }, new Set(["@tocsin/domain"]))).toEqual([]);
  });

  test("a dependency on the own layer or a higher one is found", () => {
    expect(upward("packages/domain", ["@tocsin/foundation", "@tocsin/engine"])).toEqual([
      "@tocsin/engine",
    ]);
    expect(upward("packages/adapters/telemetry", ["@tocsin/http-api", "@tocsin/codec"])).toEqual([
      "@tocsin/http-api",
    ]);
  });
});
