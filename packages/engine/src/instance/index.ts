export { Instance, type InstanceDeps, type InstanceOptions } from "./instance.ts";
