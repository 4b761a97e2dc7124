import { describe, expect, it } from "vitest";
import { parseS3Url } from "./options.ts";

describe("parseS3Url()", () => {
  it("fills in what is not said", () => {
    expect(parseS3Url("s3://alerts")).toEqual({
      bucket: "alerts",
      prefix: "",
      endpoint: undefined,
      region: undefined,
      pathStyle: false,
      attemptTimeoutMs: 10_000,
      callTimeoutMs: 30_000,
      attemptsMax: 3,
    });
  });

  it("reads every part", () => {
    const query = "endpoint=https://s3.example.test:9000/&region=eu-west-1&pathStyle=false";
    expect(parseS3Url(`s3://alerts/some/prefix/?${query}`)).toMatchObject({
      prefix: "some/prefix/",
      endpoint: "https://s3.example.test:9000",
      region: "eu-west-1",
      pathStyle: false,
    });
  });

  it("puts the bucket into the path of an endpoint unless told otherwise", () => {
    expect(parseS3Url("s3://alerts?endpoint=http://127.0.0.1:9000").pathStyle).toBe(true);
  });

  const refusals = [
    { name: "another scheme", text: "gs://alerts", why: '"s3://"' },
    { name: "no bucket", text: "s3:///prefix", why: "bucket is missing" },
    { name: "credentials", text: "s3://key:hunter2@alerts", why: "environment" },
    { name: "an unknown parameter", text: "s3://alerts?acl=public", why: '"acl" is unknown' },
    { name: "an endpoint of another kind", text: "s3://alerts?endpoint=ftp://x", why: "endpoint" },
    {
      name: "credentials in the endpoint",
      text: "s3://alerts?endpoint=http://key:hunter2@x",
      why: "environment",
    },
    { name: "a path style that is no boolean", text: "s3://alerts?pathStyle=1", why: "pathStyle" },
  ];
  it.for(refusals)("refuses $name without repeating a secret", ({ text, why }) => {
    expect(() => parseS3Url(text)).toThrow(why);
    expect(() => parseS3Url(text)).toThrow(/^((?!hunter2).)*$/);
  });
});
