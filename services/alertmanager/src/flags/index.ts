export { parseListenAddress, type ListenAddress, type ListenAddressParse } from "./address.ts";
export type { Environment } from "./environment.ts";
export { FEATURES, type Feature } from "./features.ts";
export type { Options } from "./options.ts";
export { parseOverrides, type Overrides } from "./overrides-file.ts";
export { parseCommandLine, type CommandLine, type ReadTextFile } from "./parse-command-line.ts";
export type { RingStoreAddress, StateStoreAddress } from "./stores.ts";
export { UPSTREAM_VERSION, VERSION } from "./version.ts";
export { shownOverrides, type ShownSettings } from "./shown-settings.ts";
