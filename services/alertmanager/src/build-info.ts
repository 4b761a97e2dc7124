import { arch, platform } from "node:os";
import type { VersionInfo } from "@tocsin/http-api";
import type { BuildInfo } from "@tocsin/telemetry";
import { UPSTREAM_VERSION, VERSION } from "./flags/index.ts";

/** Clients choose by the version how to speak: karma refuses Alertmanagers below 0.22. */
const release = { version: UPSTREAM_VERSION, revision: `tocsin-${VERSION}`, branch: "tocsin" };

/** Dashboards tell machines apart by Go's names. */
const GO_ARCHES: ReadonlyMap<string, string> = new Map([
  ["x64", "amd64"],
  ["ia32", "386"],
]);

/** What `alertmanager_build_info` shows. */
export const buildInfo: BuildInfo = {
  ...release,
  runtimeVersion: process.version,
  os: platform(),
  arch: GO_ARCHES.get(arch()) ?? arch(),
};

/** What `versionInfo` of the status shows. */
export const versionInfo: VersionInfo = {
  ...release,
  buildUser: "",
  buildDate: "",
  runtimeVersion: process.version,
  ownVersion: VERSION,
};
