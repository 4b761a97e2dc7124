import { describe, expect, it } from "vitest";
import type { TenantId } from "@tocsin/domain/model";
import { TenantLimits } from "./tenant-limits.ts";

const templates = { stepsMax: 5_000, depthMax: 50, outputMaxChars: 2_000 };
const tenant = (name: string): TenantId => name as TenantId; // any name will do

describe("TenantLimits", () => {
  it("gives what the file says of a tenant, and the flags' values else", async () => {
    const text = "overrides:\n  a:\n    max-template-steps: 2000\n    max-template-depth: 20\n";
    const readText = (): Promise<string> => Promise.resolve(text);
    const limits = await TenantLimits.load({ templates, overridesPath: "o.yml" }, readText);
    expect(limits.templates(tenant("a"))).toEqual({ ...templates, stepsMax: 2_000, depthMax: 20 });
    expect(limits.templates(tenant("b"))).toEqual(templates);
  });

  it("needs no file", async () => {
    const readText = (): Promise<string> => expect.unreachable();
    const limits = await TenantLimits.load({ templates, overridesPath: undefined }, readText);
    expect(limits.templates(tenant("a"))).toBe(templates);
  });

  it("names the flag when the file cannot be read", async () => {
    const readText = (): Promise<string> => Promise.reject(new Error("no such file"));
    const loading = TenantLimits.load({ templates, overridesPath: "o.yml" }, readText);
    await expect(loading).rejects.toThrow("Cannot use --limits.overrides-file: no such file");
  });

  it("refuses a file with its place and keeps what is in force", async () => {
    let text = "overrides: {a: {max-template-depth: 20}}";
    const readText = (): Promise<string> => Promise.resolve(text);
    const limits = await TenantLimits.load({ templates, overridesPath: "o.yml" }, readText);
    text = "overrides: {a: {max-template-depth: deep}}";
    await expect(limits.read()).rejects.toThrow(
      /^Cannot use --limits\.overrides-file: o\.yml:1:17: "max-template-depth" of "a": /,
    );
    expect(limits.templates(tenant("a")).depthMax).toBe(20);
  });
});
