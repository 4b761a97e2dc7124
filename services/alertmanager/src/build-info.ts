import { arch, platform } from "node:os";
import type { VersionInfo } from "@tocsin/http-api";
import type { BuildInfo } from "@tocsin/telemetry";
import { VERSION } from "./flags/index.ts";

/** What `alertmanager_build_info` shows. */
export const buildInfo: BuildInfo = {
  version: VERSION,
  revision: "",
  branch: "",
  runtimeVersion: process.version,
  os: platform(),
  arch: arch(),
};

/** What `versionInfo` of the status shows. */
export const versionInfo: VersionInfo = {
  version: VERSION,
  revision: "",
  branch: "",
  buildUser: "",
  buildDate: "",
  runtimeVersion: process.version,
};
