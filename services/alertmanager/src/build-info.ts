import { arch, platform } from "node:os";
import type { VersionInfo } from "@tocsin/http-api";
import type { BuildInfo } from "@tocsin/telemetry";
import { UPSTREAM_VERSION, VERSION } from "./flags/index.ts";

/** Clients choose by the version how to speak: karma refuses Alertmanagers below 0.22. */
const release = { version: UPSTREAM_VERSION, revision: `tocsin-${VERSION}`, branch: "tocsin" };

/** What `alertmanager_build_info` shows. */
export const buildInfo: BuildInfo = {
  ...release,
  runtimeVersion: process.version,
  os: platform(),
  arch: arch(),
};

/** What `versionInfo` of the status shows. */
export const versionInfo: VersionInfo = {
  ...release,
  buildUser: "",
  buildDate: "",
  runtimeVersion: process.version,
};
