import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { unixPathOf } from "./unix-path.ts";

describe("unixPathOf()", () => {
  it.skipIf(process.platform !== "linux")("is where the socket listens", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tocsin-unix-"));
    const path = join(folder, "a b.sock");
    const server = createServer().listen(path);
    await once(server, "listening");
    // The number is not part of the interface, but there is no other way to it.
    const { fd } = (server as unknown as { readonly _handle: { readonly fd: number } })._handle;
    expect(unixPathOf(fd)).toBe(path);
    server.close();
    await rm(folder, { recursive: true });
  });

  it("is the number of one that is no socket", () => {
    expect(unixPathOf(99_999)).toBe("fd:99999");
  });
});
