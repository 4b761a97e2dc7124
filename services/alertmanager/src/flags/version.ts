/** The version of this program; the same as in the manifest of the workspace. */
export const VERSION = "0.1.0";

/** The release of Alertmanager whose behaviour this version follows. */
export const UPSTREAM_VERSION: string = "0.34.0";

/** What `--version` prints. */
export function versionText(): string {
  return `tocsin, version ${VERSION} (follows Alertmanager ${UPSTREAM_VERSION})\n`;
}
