/** The version of this program; the same as in the manifest of the workspace. */
export const VERSION: string = "0.1.0";

/** The release of amtool whose behaviour this version follows, and that servers are compared with. */
export const UPSTREAM_VERSION: string = "0.34.0";

/** What `--version` prints, without the line break. */
export function versionText(): string {
  return `amtool, version ${UPSTREAM_VERSION} (Tocsin ${VERSION})`;
}
