import { afterEach, beforeEach } from "vitest";
import type { ClosableNotifier } from "@tocsin/integrations";
import { ByteServers } from "./byte-servers.ts";
import { startNotifier } from "./notifier.ts";

/** A notifier for each test, given to `started`, and servers for it; both end with the test. */
export function useNotifier(started: (notifier: ClosableNotifier) => void): ByteServers {
  const servers = new ByteServers();
  let notifier: ClosableNotifier;
  beforeEach(() => {
    notifier = startNotifier("http://am");
    started(notifier);
  });
  afterEach(async () => {
    await notifier.close();
    await servers.stop();
  });
  return servers;
}
