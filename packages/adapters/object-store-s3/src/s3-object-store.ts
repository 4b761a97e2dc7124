/**
 * Objects in a bucket of S3, or of a server that speaks its language.
 *
 * Conditional writes are tried out before the first of them, under a key of their own. A server that
 * does not keep them gets the next best: the object's ETag is compared just before the write, and the
 * last of two writers that race wins; the log says so once.
 *
 * The library repeats requests whose answer was lost. A conditional write that is repeated finds its own
 * first copy and is refused, so after such a refusal the object is read: if it is what was to be written,
 * it was written. Only after a repetition: else two writers of one content would both have won.
 */
import { AppError, uuid, type Clock, type Logger, type Random } from "@tocsin/foundation";
import type {
  ConditionalWrite,
  ObjectListing,
  ObjectStore,
  ObjectWrite,
  StoredObject,
  WriteCondition,
} from "@tocsin/engine/ports";
import { PRECONDITION_FAILED, probeConditions, type KeptConditions } from "./conditions.ts";
import { readFailure, unavailable } from "./failure.ts";
import type { S3Options } from "./options.ts";
import { S3Requests } from "./s3-client.ts";

export interface S3ObjectStoreDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Where conditions are tried out; never under a tenant. */
const PROBE_FOLDER = "tocsin/probe/";
/** A million keys of one folder. */
const PAGES_MAX = 1_000;

export class S3ObjectStore implements ObjectStore, AsyncDisposable {
  readonly name: string;
  readonly #deps: S3ObjectStoreDeps;
  readonly #requests: S3Requests;
  readonly #prefix: string;
  #kept: Promise<KeptConditions> | undefined;

  constructor(deps: S3ObjectStoreDeps, options: S3Options) {
    this.#deps = deps;
    this.#requests = new S3Requests(deps, options);
    this.#prefix = options.prefix;
    const where = options.endpoint === undefined ? "" : ` at ${options.endpoint}`;
    this.name = `s3://${options.bucket}/${options.prefix}${where}`;
  }

  async get(key: string, signal: AbortSignal): Promise<StoredObject | undefined> {
    const what = `Cannot read object "${key}" in ${this.name}`;
    const found = await this.#tell(what, signal, () =>
      this.#requests.get(this.#prefix + key, signal),
    );
    return found === undefined ? undefined : { body: found.body, version: found.etag };
  }

  async put(write: ObjectWrite, signal: AbortSignal): Promise<ConditionalWrite> {
    const what = `Cannot write object "${write.key}" in ${this.name}`;
    return this.#tell(what, signal, async () => {
      const full = { ...write, key: this.#prefix + write.key };
      const condition = await this.#conditionFor(full, signal);
      if (condition === undefined) return { kind: "conflict" };
      try {
        const version = await this.#requests.put({ ...full, condition }, signal);
        return { kind: "written", version };
      } catch (error) {
        if (!isConflict(error, condition)) throw error;
        if (readFailure(error).attempts === 1) return { kind: "conflict" };
        return this.#afterRepetition(full, signal);
      }
    });
  }

  async delete(key: string, signal: AbortSignal): Promise<void> {
    const what = `Cannot delete object "${key}" in ${this.name}`;
    await this.#tell(what, signal, () => this.#requests.delete(this.#prefix + key, signal));
  }

  async list(prefix: string, signal: AbortSignal): Promise<ObjectListing> {
    const what = `Cannot list "${prefix}" in ${this.name}`;
    return this.#tell(what, signal, () => this.#listAll(this.#prefix + prefix, signal));
  }

  async close(): Promise<void> {
    await this.#requests.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #listAll(prefix: string, signal: AbortSignal): Promise<ObjectListing> {
    const keys: string[] = [];
    const folders: string[] = [];
    let after: string | undefined;
    for (let pages = 0; pages < PAGES_MAX; pages += 1) {
      const page = await this.#requests.list({ prefix, after }, signal);
      for (const key of page.keys) {
        // Some servers show an emptied folder as an object of its name.
        if (!key.endsWith("/")) keys.push(key.slice(this.#prefix.length));
      }
      for (const folder of page.folders) folders.push(folder.slice(this.#prefix.length));
      if (page.next === undefined) return { keys: keys.sort(), folders: folders.sort() };
      after = page.next;
    }
    throw new AppError("unavailable", `Cannot list "${prefix}": more than ${PAGES_MAX} pages`);
  }

  /** What to ask of the server. Undefined: its part is done here, and the condition does not hold. */
  async #conditionFor(
    write: ObjectWrite,
    signal: AbortSignal,
  ): Promise<WriteCondition | undefined> {
    const { condition } = write;
    if (condition.kind === "none" || (await this.#keptConditions(signal))[condition.kind]) {
      return condition;
    }
    const held = await this.#requests.etagOf(write.key, signal);
    const wanted = condition.kind === "version" ? condition.version : undefined;
    return held === wanted ? { kind: "none" } : undefined;
  }

  async #afterRepetition(write: ObjectWrite, signal: AbortSignal): Promise<ConditionalWrite> {
    const held = await this.#requests.get(write.key, signal);
    if (held === undefined || Buffer.compare(held.body, write.body) !== 0) {
      return { kind: "conflict" };
    }
    return { kind: "written", version: held.etag };
  }

  async #keptConditions(signal: AbortSignal): Promise<KeptConditions> {
    // Callers share one probe; when it fails, the next caller starts another.
    this.#kept ??= this.#probe(signal).catch((error: unknown) => {
      this.#kept = undefined;
      throw error;
    });
    return this.#kept;
  }

  async #probe(signal: AbortSignal): Promise<KeptConditions> {
    const key = `${this.#prefix}${PROBE_FOLDER}${uuid(this.#deps.random)}`;
    const body = Buffer.from("probe");
    const kept = await probeConditions(async (condition) => {
      try {
        return { kind: "taken", etag: await this.#requests.put({ key, body, condition }, signal) };
      } catch (error) {
        const { status } = readFailure(error);
        // 404: If-Match of an object that this server does not see yet.
        if (![400, 404, PRECONDITION_FAILED, 501].includes(status)) throw error;
        return { kind: "refused", status };
      }
    });
    await this.#requests.delete(key, signal);
    if (!kept.absent || !kept.version) {
      const message =
        "Conditional writes are not kept by the object store: of two writers the last wins";
      this.#deps.logger.log("warn", message, { store: this.name, ...kept });
    }
    return kept;
  }

  async #tell<T>(what: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof AppError && error.code !== "deadline-exceeded") throw error;
      throw unavailable(what, readFailure(error));
    }
  }
}

/** 404 answers If-Match when there is no object. 409 is no answer: somebody is writing just now. */
function isConflict(error: unknown, condition: WriteCondition): boolean {
  const { status, code } = readFailure(error);
  if (condition.kind === "none") return false;
  if (condition.kind === "version" && status === 404 && code === "NoSuchKey") return true;
  return status === PRECONDITION_FAILED;
}
