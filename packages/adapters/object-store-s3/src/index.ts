export { parseS3Url, type S3Options } from "./options.ts";
export { S3ObjectStore, type S3ObjectStoreDeps } from "./s3-object-store.ts";
