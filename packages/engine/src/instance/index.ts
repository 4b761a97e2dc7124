export { Instance, type Inspection } from "./instance.ts";
export type { InstanceDeps, InstanceOptions } from "./options.ts";
