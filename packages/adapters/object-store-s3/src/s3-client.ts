import type * as Sdk from "@aws-sdk/client-s3";
import { AppError, withDeadline, type Clock } from "@tocsin/foundation";
import { OBJECT_SIZE_MAX_BYTES, type WriteCondition } from "@tocsin/engine/ports";
import { readFailure } from "./failure.ts";
import type { S3Options } from "./options.ts";

export interface S3Body {
  readonly body: Uint8Array;
  readonly etag: string;
}

export interface S3Page {
  readonly keys: readonly string[];
  readonly folders: readonly string[];
  readonly next: string | undefined;
}

const CONNECT_TIMEOUT_MS = 3_000;
const SOCKETS_MAX = 32;

/** The five requests that we need, with the library loaded at the first: it is 0.2 s of a start. */
export class S3Requests {
  readonly #clock: Clock;
  readonly #options: S3Options;
  #loaded: Promise<{ readonly sdk: typeof Sdk; readonly client: Sdk.S3Client }> | undefined;

  constructor(deps: { readonly clock: Clock }, options: S3Options) {
    this.#clock = deps.clock;
    this.#options = options;
  }

  /** Undefined: no such object. */
  async get(key: string, signal: AbortSignal): Promise<S3Body | undefined> {
    const { sdk, client } = await this.#load();
    const command = new sdk.GetObjectCommand({ Bucket: this.#options.bucket, Key: key });
    return this.#within(signal, async (abortSignal) => {
      try {
        return await readBody(await client.send(command, { abortSignal }), key);
      } catch (error) {
        if (readFailure(error).code === "NoSuchKey") return undefined;
        throw error;
      }
    });
  }

  /** Undefined: no such object. */
  async etagOf(key: string, signal: AbortSignal): Promise<string | undefined> {
    const { sdk, client } = await this.#load();
    const command = new sdk.HeadObjectCommand({ Bucket: this.#options.bucket, Key: key });
    return this.#within(signal, async (abortSignal) => {
      try {
        return (await client.send(command, { abortSignal })).ETag ?? "";
      } catch (error) {
        if (readFailure(error).status === 404) return undefined;
        throw error;
      }
    });
  }

  /** Returns the ETag. */
  async put(
    write: { readonly key: string; readonly body: Uint8Array; readonly condition: WriteCondition },
    signal: AbortSignal,
  ): Promise<string> {
    const { sdk, client } = await this.#load();
    const command = new sdk.PutObjectCommand({
      Bucket: this.#options.bucket,
      Key: write.key,
      // Not a stream, which would be sent in signed chunks that half of the servers do not take.
      Body: Buffer.from(write.body.buffer, write.body.byteOffset, write.body.byteLength),
      ContentType: "application/octet-stream",
      ...headersOf(write.condition),
    });
    return this.#within(signal, async (abortSignal) => {
      return (await client.send(command, { abortSignal })).ETag ?? "";
    });
  }

  async delete(key: string, signal: AbortSignal): Promise<void> {
    const { sdk, client } = await this.#load();
    const command = new sdk.DeleteObjectCommand({ Bucket: this.#options.bucket, Key: key });
    await this.#within(signal, (abortSignal) => client.send(command, { abortSignal }));
  }

  /** One page of one level under a prefix. */
  async list(
    page: { readonly prefix: string; readonly after: string | undefined },
    signal: AbortSignal,
  ): Promise<S3Page> {
    const { sdk, client } = await this.#load();
    const command = new sdk.ListObjectsV2Command({
      Bucket: this.#options.bucket,
      Prefix: page.prefix,
      Delimiter: "/",
      ...(page.after === undefined ? {} : { ContinuationToken: page.after }),
    });
    return this.#within(signal, async (abortSignal) => {
      return pageFrom(await client.send(command, { abortSignal }));
    });
  }

  async close(): Promise<void> {
    const loaded = await this.#loaded?.catch(() => undefined);
    loaded?.client.destroy();
  }

  async #load(): Promise<{ readonly sdk: typeof Sdk; readonly client: Sdk.S3Client }> {
    this.#loaded ??= import("@aws-sdk/client-s3").then((sdk) => {
      return { sdk, client: new sdk.S3Client(clientConfig(this.#options)) };
    });
    return this.#loaded;
  }

  #within<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const delayMs = this.#options.callTimeoutMs;
    return withDeadline({ clock: this.#clock, delayMs, what: "the request" }, signal, work);
  }
}

function clientConfig(options: S3Options): Sdk.S3ClientConfig {
  return {
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.region === undefined ? {} : { region: options.region }),
    forcePathStyle: options.pathStyle,
    maxAttempts: options.attemptsMax,
    // By default it adds a CRC32 that many servers besides Amazon's refuse. Our bodies carry a SHA-256.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: Math.min(CONNECT_TIMEOUT_MS, options.attemptTimeoutMs),
      requestTimeout: options.attemptTimeoutMs,
      // Without this it would only warn, and wait.
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: SOCKETS_MAX },
      httpsAgent: { keepAlive: true, maxSockets: SOCKETS_MAX },
    },
  };
}

function headersOf(
  condition: WriteCondition,
): Pick<Sdk.PutObjectCommandInput, "IfMatch" | "IfNoneMatch"> {
  switch (condition.kind) {
    case "none":
      return {};
    case "absent":
      return { IfNoneMatch: "*" };
    case "version":
      return { IfMatch: condition.version };
  }
}

async function readBody(output: Sdk.GetObjectCommandOutput, key: string): Promise<S3Body> {
  const sizeBytes = output.ContentLength ?? 0;
  if (output.Body === undefined || sizeBytes > OBJECT_SIZE_MAX_BYTES) {
    const sizes = `${sizeBytes} bytes, at most ${OBJECT_SIZE_MAX_BYTES} wanted`;
    throw new AppError("data-loss", `Cannot read object "${key}": ${sizes}`);
  }
  return { body: await output.Body.transformToByteArray(), etag: output.ETag ?? "" };
}

function pageFrom(output: Sdk.ListObjectsV2CommandOutput): S3Page {
  const folders = output.CommonPrefixes?.map((entry) => entry.Prefix ?? "") ?? [];
  const keys = output.Contents?.map((entry) => entry.Key ?? "") ?? [];
  const next = output.IsTruncated === true ? output.NextContinuationToken : undefined;
  return { keys, folders, next };
}
